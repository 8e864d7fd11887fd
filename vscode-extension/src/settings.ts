/** The settings `bailiwick.*`, read for this window. */

import { homedir } from "node:os";
import * as vscode from "vscode";
import { filledIn } from "./placeholders.ts";

export const SECTION = "bailiwick";

/** Settings that take effect with a new server: it starts quickly, and forgets what was shown before. */
export const RESTARTING = [
  "path",
  "interpreter",
  "importStrategy",
  "args",
  "severity",
  "workspaceDiagnostics",
].map((name) => `${SECTION}.${name}`);

export interface Settings {
  readonly enable: boolean;
  readonly path: readonly string[];
  readonly interpreter: readonly string[];
  readonly importStrategy: "fromEnvironment" | "useBundled";
  readonly args: readonly string[];
  readonly explorerDecorations: boolean;
  readonly traceServer: "off" | "messages" | "verbose";
}

/**
 * The settings as they are now, for the window's first folder, placeholders filled in. In Restricted
 * Mode the editor itself leaves out what the workspace says of the restricted ones.
 */
export function readSettings(): Settings {
  const folder = vscode.workspace.workspaceFolders?.[0];
  const section = vscode.workspace.getConfiguration(SECTION, folder);
  const around = {
    home: homedir(),
    folder: folder?.uri.fsPath,
    environment: process.env,
  };
  const fill = (texts: readonly string[]) => texts.map((text) => filledIn(text, around));
  return {
    enable: section.get("enable", true),
    path: fill(section.get<string[]>("path", [])),
    interpreter: fill(section.get<string[]>("interpreter", [])),
    importStrategy: section.get("importStrategy", "fromEnvironment"),
    args: fill(section.get<string[]>("args", [])),
    explorerDecorations: section.get("explorerDecorations", false),
    traceServer: section.get("trace.server", "off"),
  };
}

/**
 * What the server is told. There is one for all folders: it has code lenses ready if any folder wants
 * them, and which of them are shown is decided here.
 */
export function told(): Record<string, unknown> {
  const folders = vscode.workspace.workspaceFolders ?? [undefined];
  const sections = folders.map((folder) => vscode.workspace.getConfiguration(SECTION, folder));
  return {
    ...JSON.parse(JSON.stringify(sections[0] ?? {})),
    codeLens: sections.some((section) => section.get("codeLens", false)),
  };
}
