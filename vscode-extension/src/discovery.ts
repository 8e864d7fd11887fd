/**
 * Which Bailiwick is run, and by which Python: `bailiwick.path`, else the one in the workspace's
 * environment, else the copy that comes with the extension. Asks no editor and starts nothing by
 * itself; what it has to know of the machine it is given.
 */

/** The oldest Python that Bailiwick runs on. */
export const OLDEST_PYTHON = [3, 10] as const;

/** What `probe.py` says of an interpreter. */
export interface Probe {
  /** `[3, 12, 1]` */
  readonly python: readonly number[];
  readonly executable: string;
  /** The version of the Bailiwick that it can import, if it can. */
  readonly bailiwick: string | null;
  /** Whether that Bailiwick has its language server, and the server what it needs. */
  readonly server: boolean;
  /** Whether it can import libcst without our help. */
  readonly libcst: boolean;
  /** Whether a libcst that came with the extension fits it. */
  readonly bundledLibcst: boolean;
}

/** A Python to try: a program, and the arguments that come before ours. */
export interface Interpreter {
  readonly command: readonly string[];
  /** How we know of it, for the log: `.venv of the workspace`. */
  readonly origin: string;
}

/** What somebody wants, with nothing left to fill in. */
export interface Wanted {
  readonly path: readonly string[];
  readonly importStrategy: "fromEnvironment" | "useBundled";
  /** Pythons in the order in which they are tried. */
  readonly interpreters: readonly Interpreter[];
}

/** What discovery has to know of the machine. */
export interface Machine {
  isFile(path: string): boolean;
  /** Rejects with an `Error` in one line if the interpreter does not start or does not answer. */
  probe(interpreter: Interpreter): Promise<Probe>;
}

/** A Bailiwick that can be started. */
export interface Found {
  readonly kind: "path" | "environment" | "bundled";
  /** The program, with its arguments up to the name of a `bailiwick` command. */
  readonly command: readonly string[];
  /** What runs it; nothing is known of that for a `path`. */
  readonly probe: Probe | undefined;
}

export interface Discovery {
  readonly found: Found | undefined;
  /** What was looked at and why it was passed over, a line for each. */
  readonly trail: readonly string[];
  /** What of this the user should be told where the status is: a setting that could not be followed. */
  readonly caution: string | undefined;
  /** In one line, why nothing was found and what to do. */
  readonly failure: string | undefined;
}

/** Where the scripts are that come with the extension. */
export interface Bundle {
  /** The path of `launch.py`. */
  readonly launcher: string;
  /** Where Python keeps what it has compiled of the copy, since the extension's own folder may be read-only. */
  readonly compiled: string;
  /** Whether interpreters are kept from reading the user's and the workspace's modules. */
  readonly isolated: boolean;
}

/** Looks for a Bailiwick in the order that the settings' descriptions promise. */
export async function discover(
  wanted: Wanted,
  machine: Machine,
  bundle: Bundle,
): Promise<Discovery> {
  const trail: string[] = [];
  const path = wanted.path.find((candidate) => machine.isFile(candidate));
  if (path !== undefined) {
    trail.push(`bailiwick.path: ${path}`);
    return {
      found: { kind: "path", command: [path], probe: undefined },
      trail,
      caution: undefined,
      failure: undefined,
    };
  }
  let caution: string | undefined;
  if (wanted.path.length > 0) {
    caution = `bailiwick.path names no file that is there: ${wanted.path.join(", ")}`;
    trail.push(caution);
  }

  let bundled: Probe | undefined;
  let lacking: Probe | undefined;
  for (const interpreter of wanted.interpreters) {
    const answer = await probed(interpreter, machine, trail);
    if (answer === undefined) continue;
    if (!isNewEnough(answer)) {
      trail.push(`${named(interpreter)}: Python ${version(answer)} is too old`);
      continue;
    }
    if (wanted.importStrategy === "fromEnvironment" && answer.bailiwick !== null) {
      if (answer.server && answer.libcst) {
        trail.push(`${named(interpreter)}: has Bailiwick ${answer.bailiwick}`);
        return {
          found: {
            kind: "environment",
            command: launched(answer, bundle, "environment"),
            probe: answer,
          },
          trail,
          caution,
          failure: undefined,
        };
      }
      const without = `${answer.executable} has Bailiwick ${answer.bailiwick} without its server: pip install "bailiwick[server]"`;
      trail.push(without);
      caution ??= without;
    }
    if (answer.bundledLibcst || answer.libcst) bundled ??= answer;
    else {
      trail.push(
        `${named(interpreter)}: Python ${version(answer)} has no libcst, and none that came along fits it`,
      );
      lacking ??= answer;
    }
    // A copy that we brought is as good in one Python as in the next; only an environment is worth
    // a further look, and only in those that belong to the workspace, which come first.
    if (bundled !== undefined) break;
  }

  if (bundled !== undefined) {
    trail.push(`the copy that came with the extension, on ${bundled.executable}`);
    return {
      found: { kind: "bundled", command: launched(bundled, bundle, "bundled"), probe: bundled },
      trail,
      caution,
      failure: undefined,
    };
  }
  const failure =
    lacking !== undefined
      ? `Bailiwick needs libcst, and none that came along fits Python ${version(lacking)}: ${lacking.executable} -m pip install libcst`
      : `Bailiwick needs Python ${OLDEST_PYTHON.join(".")} or newer and found none: name one in the setting bailiwick.interpreter`;
  return { found: undefined, trail, caution, failure };
}

async function probed(
  interpreter: Interpreter,
  machine: Machine,
  trail: string[],
): Promise<Probe | undefined> {
  try {
    return await machine.probe(interpreter);
  } catch (error) {
    trail.push(`${named(interpreter)}: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

function launched(probe: Probe, bundle: Bundle, which: "environment" | "bundled"): string[] {
  const flags = bundle.isolated ? ["-I"] : [];
  if (which === "bundled") flags.push("-X", `pycache_prefix=${bundle.compiled}`);
  return [probe.executable, ...flags, bundle.launcher, which];
}

function isNewEnough(probe: Probe): boolean {
  const [major = 0, minor = 0] = probe.python;
  const [oldestMajor, oldestMinor] = OLDEST_PYTHON;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

function version(probe: Probe): string {
  return probe.python.slice(0, 2).join(".");
}

function named(interpreter: Interpreter): string {
  return `${interpreter.command.join(" ")} (${interpreter.origin})`;
}
