/** What a test stands on: the packaged extension in a laboratory, and a project of its own. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { createVSIX } from "@vscode/vsce";
import { build } from "esbuild";
import type { Outcome } from "../host/steps.ts";
import { servers } from "./processes.ts";
import { Laboratory, type Parts, type Workbench } from "./workbench.ts";

const EXAMPLE = fileURLToPath(new URL("../../../examples/miniature-compute/", import.meta.url));
const HOST = fileURLToPath(new URL("../host/", import.meta.url));

/** The extension that tests in the extension host come in. */
const TESTS = {
  name: "tests",
  publisher: "bailiwick",
  version: "0.0.0",
  engines: { vscode: "^1.91.0" },
  extensionKind: ["workspace"],
};

/** What a module of tests/host has around it, besides the window. */
export interface Around {
  /** Settings of the user. */
  readonly settings?: object;
  readonly environment?: Readonly<Record<string, string>>;
}

export class Ground {
  readonly #laboratory: Laboratory;
  readonly #folder: string;
  readonly #pictures: string;

  private constructor(laboratory: Laboratory, folder: string, pictures: string) {
    this.#laboratory = laboratory;
    this.#folder = folder;
    this.#pictures = pictures;
  }

  /** Takes what scripts/trial.py has prepared, and packages of further extensions. */
  static async prepare(further: readonly string[] = []): Promise<Ground> {
    const parts: Parts = JSON.parse(told("BAILIWICK_WORKBENCH"));
    return new Ground(
      await Laboratory.open(parts, [told("BAILIWICK_VSIX"), ...further]),
      await mkdtemp(join(tmpdir(), "bailiwick-ground-")),
      told("BAILIWICK_PICTURES"),
    );
  }

  /** The Python that the tests run on, which has Bailiwick. */
  get python(): string {
    return told("BAILIWICK_PYTHON");
  }

  /** The servers that run in the laboratory. */
  get servers(): number[] {
    return servers(this.#laboratory.extensions);
  }

  /** A copy of the example. */
  async project(name: string): Promise<string> {
    const folder = join(this.#folder, name);
    await cp(EXAMPLE, folder, { recursive: true });
    return folder;
  }

  /** Opens a workbench on a folder, and closes it however the test ends; a failure leaves a picture. */
  async in(
    target: string,
    name: string,
    use: (bench: Workbench) => Promise<void>,
    settings: object = {},
    file?: string,
  ): Promise<void> {
    const bench = await this.#laboratory.workbench(target, settings, file);
    try {
      await use(bench);
    } catch (error) {
      await this.picture(bench, `failed-${name}`);
      throw error;
    } finally {
      await bench.close();
    }
  }

  /** A part of a test; a failure leaves a picture. */
  async step(
    t: TestContext,
    bench: Workbench,
    title: string,
    play: () => Promise<void>,
  ): Promise<void> {
    await t.test(title, async () => {
      try {
        await play();
      } catch (error) {
        await this.picture(bench, `failed-${title.replaceAll(/\W+/g, "-")}`);
        throw error;
      }
    });
  }

  /** The same as `in`, on a fresh copy of the example. */
  async with(
    name: string,
    use: (bench: Workbench, folder: string) => Promise<void>,
    settings: object = {},
  ): Promise<void> {
    const folder = await this.project(name);
    await this.in(folder, name, (bench) => use(bench, folder), settings);
  }

  /**
   * Plays a module of tests/host in the extension host of a window on a folder or a `.code-workspace`;
   * each of its tests is a part of this one.
   */
  async hosted(t: TestContext, name: string, target: string, around: Around = {}): Promise<void> {
    const folder = join(this.#folder, `host-${name}`);
    const [module, outcomes] = [join(folder, `${name}.cjs`), join(folder, "outcomes")];
    await mkdir(folder);
    await writeFile(join(folder, "package.json"), JSON.stringify(TESTS));
    await bundled(name, module);
    const { code, said } = await this.#laboratory.host(
      target,
      module,
      folder,
      around.settings ?? {},
      { BAILIWICK_OUTCOMES: outcomes, BAILIWICK_PYTHON: this.python, ...around.environment },
    );
    const lines = (await readFile(outcomes, "utf8").catch(() => "")).trim().split("\n");
    const played: Outcome[] = lines.filter(Boolean).map((line) => JSON.parse(line));
    assert.ok(played.length > 0, `nothing was played:\n${said}`);
    for (const { title, error } of played) await t.test(title, () => assert.ok(!error, error));
    assert.equal(code, 0, said);
  }

  /** Makes a Python environment, with the tests' own Bailiwick or without one, and gives its Python. */
  environment(folder: string, withBailiwick: boolean): string {
    execFileSync(this.python, ["-m", "venv", "--without-pip", folder]);
    const python = join(folder, "bin", "python");
    if (withBailiwick) {
      const line = `import site; site.addsitedir(${JSON.stringify(sitePackages(this.python))})\n`;
      writeFileSync(join(sitePackages(python), "tests.pth"), line);
    }
    return python;
  }

  /** Keeps what the page shows. */
  async picture(bench: Workbench, name: string): Promise<void> {
    await bench.page.screenshot({ path: join(this.#pictures, `${name}.png`) });
  }

  async clear(): Promise<void> {
    await this.#laboratory.close();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Packages tests/host/standIn.ts, which stands in for the Python extension, into a folder. */
export async function pythonStandIn(folder: string): Promise<string> {
  await mkdir(folder);
  await bundled("standIn", join(folder, "standIn.cjs"));
  const manifest = { publisher: "ms-python", name: "python", main: "./standIn.cjs" };
  return packaged(folder, { ...manifest, activationEvents: [] });
}

/** Packages an extension that has nothing but the name of Even Better TOML, and its setting for schemas. */
export async function tomlStandIn(folder: string): Promise<string> {
  await mkdir(folder);
  const setting = { type: "object", scope: "resource", default: {} };
  const properties = { "evenBetterToml.schema.associations": setting };
  return packaged(folder, {
    publisher: "tamasfe",
    name: "even-better-toml",
    contributes: { configuration: { title: "Even Better TOML", properties } },
  });
}

async function packaged(folder: string, manifest: object): Promise<string> {
  await writeFile(join(folder, "package.json"), JSON.stringify({ ...TESTS, ...manifest }));
  await writeFile(join(folder, "README.md"), "Stands in for another extension.\n");
  const packagePath = join(folder, "extension.vsix");
  const quick = { dependencies: false, allowMissingRepository: true, skipLicense: true };
  await createVSIX({ cwd: folder, packagePath, ...quick });
  return packagePath;
}

/** Makes one file of a module of tests/host and what it imports. */
async function bundled(name: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [join(HOST, `${name}.ts`)],
    outfile,
    bundle: true,
    format: "cjs",
    platform: "node",
    external: ["vscode"],
    sourcemap: "inline",
    logLevel: "warning",
  });
}

function sitePackages(python: string): string {
  const code = "import sysconfig; print(sysconfig.get_path('purelib'), end='')";
  return execFileSync(python, ["-c", code], { encoding: "utf8" });
}

function told(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run \`make test-editor\``);
  return value;
}
