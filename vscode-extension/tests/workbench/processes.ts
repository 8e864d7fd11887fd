/** The servers that the extension has started, as the system sees them. */

import { readdirSync, readFileSync } from "node:fs";

/** The process ids of the servers whose scripts lie below a folder. */
export function servers(below: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((id) => {
      const line = commandLine(id);
      return (
        line.includes("server") &&
        line.some((word) => word.startsWith(below) && word.endsWith("launch.py"))
      );
    })
    .map(Number);
}

function commandLine(id: string): string[] {
  try {
    return readFileSync(`/proc/${id}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}
