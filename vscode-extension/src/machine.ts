/** What discovery asks of this machine. */

import { execFile } from "node:child_process";
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { promisify } from "node:util";
import type { Interpreter, Machine, Probe } from "./discovery.ts";

const run = promisify(execFile);

/** Longer than any interpreter takes that is worth waiting for, in milliseconds. */
const PATIENCE = 20_000;

/** Whether there is a file that may be run. */
export function isFile(path: string): boolean {
  try {
    if (!statSync(path).isFile()) return false;
    accessSync(path, process.platform === "win32" ? constants.F_OK : constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The path with all links followed, itself if it leads nowhere. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/**
 * The machine. `probe` is the path of probe.py; with `isolated`, interpreters see neither the user's
 * modules nor what the environment variables of Python name.
 */
export function machine(probe: string, isolated: boolean): Machine {
  return {
    isFile,
    async probe({ command: [program = "", ...args] }: Interpreter): Promise<Probe> {
      const flags = isolated ? ["-I"] : [];
      try {
        const { stdout } = await run(program, [...args, ...flags, probe], {
          timeout: PATIENCE,
          windowsHide: true,
        });
        return JSON.parse(stdout) as Probe;
      } catch (error) {
        throw new Error(reason(error));
      }
    },
  };
}

function reason(error: unknown): string {
  const { code, killed, stderr } = error as { code?: unknown; killed?: boolean; stderr?: string };
  if (killed) return `gives no answer within ${PATIENCE / 1000} s`;
  const last = stderr?.trim().split("\n").at(-1);
  if (last) return last;
  return code === "ENOENT" ? "is not there" : (String(error).split("\n")[0] ?? "");
}
