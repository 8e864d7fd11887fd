/** The Pythons that a workspace may be meant to run on, best first. */

import type { Interpreter } from "./discovery.ts";

/** What is known of machine and workspace when Pythons are looked for. */
export interface Place {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The workspace's folders. */
  readonly folders: readonly string[];
  /** Whether programs of the workspace may be run. */
  readonly trusted: boolean;
  /** The setting `bailiwick.interpreter`, filled in. */
  readonly setting: readonly string[];
  /** What the Python extension has selected, if it is there. */
  readonly selected: readonly string[] | undefined;
  isFile(path: string): boolean;
  /** Joins parts of a path in the platform's manner. */
  join(...parts: string[]): string;
  /** The path with all links followed, itself if that is not possible. */
  realPath(path: string): string;
}

/** The names under which people keep an environment in the folder that it is for. */
const ENVIRONMENTS = [".venv", "venv"];

/** Lists candidates in the order in which they are tried; each program once. */
export function interpreters(place: Place): Interpreter[] {
  const found: Interpreter[] = [];
  if (place.setting.length > 0) {
    found.push({ command: place.setting, origin: "bailiwick.interpreter" });
  }
  if (place.trusted) {
    if (place.selected !== undefined) {
      found.push({ command: place.selected, origin: "selected in the Python extension" });
    }
    for (const folder of place.folders) {
      for (const name of ENVIRONMENTS) {
        const program = inEnvironment(place, place.join(folder, name));
        if (place.isFile(program))
          found.push({ command: [program], origin: `${name} of the workspace` });
      }
    }
  }
  const active = place.environment.VIRTUAL_ENV;
  if (active) {
    const program = inEnvironment(place, active);
    if (place.isFile(program)) found.push({ command: [program], origin: "VIRTUAL_ENV" });
  }
  found.push(...onPath(place));
  const outside = place.trusted
    ? found
    : found.filter(({ command: [program = ""] }) => !isInWorkspace(program, place));
  const seen = new Set<string>();
  return outside.filter(({ command }) => {
    const key = command.join("\0");
    return !seen.has(key) && seen.add(key);
  });
}

function inEnvironment(place: Place, folder: string): string {
  return place.platform === "win32"
    ? place.join(folder, "Scripts", "python.exe")
    : place.join(folder, "bin", "python");
}

/** Programs on the path are named in full, since a bare name may mean one in the current folder. */
function onPath(place: Place): Interpreter[] {
  const windows = place.platform === "win32";
  const names = windows ? ["python.exe", "py.exe"] : ["python3", "python"];
  const path = place.environment.PATH ?? place.environment.Path ?? "";
  const folders = path.split(windows ? ";" : ":").filter((folder) => isAbsolute(folder, windows));
  return names.flatMap((name) => {
    const program = folders
      .map((folder) => place.join(folder, name))
      .find((candidate) => place.isFile(candidate));
    if (program === undefined) return [];
    return [{ command: name === "py.exe" ? [program, "-3"] : [program], origin: "on the path" }];
  });
}

function isAbsolute(folder: string, windows: boolean): boolean {
  return windows ? /^[A-Za-z]:[\\/]/.test(folder) : folder.startsWith("/");
}

/** The path as written counts as much as where its links lead: each may be the workspace's. */
function isInWorkspace(program: string, place: Place): boolean {
  return place.folders.some((folder) =>
    [program, place.realPath(program)].some((path) =>
      [folder, place.realPath(folder)].some(
        (root) => path.startsWith(`${root}/`) || path.startsWith(`${root}\\`),
      ),
    ),
  );
}
