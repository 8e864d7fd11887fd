/** What a test in the extension host sees of this window, by the editor's own API alone. */

import assert from "node:assert/strict";
import { join } from "node:path";
import * as vscode from "vscode";
import { until } from "../until.ts";
import { servers } from "../workbench/processes.ts";

/** The address of a file in the first folder of the window, or in the folder of that name. */
export function file(path: string, folder?: string): vscode.Uri {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const chosen = folder === undefined ? folders[0] : folders.find(({ name }) => name === folder);
  assert.ok(chosen, `no folder ${folder ?? ""}`);
  return vscode.Uri.joinPath(chosen.uri, path);
}

/** Our extension, as it was installed. */
export function ours(): vscode.Extension<unknown> {
  const extension = vscode.extensions.getExtension("bailiwick.bailiwick");
  assert.ok(extension, "the extension is not installed");
  return extension;
}

/** Our findings in a file, in the order of their places. */
export function findings(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages
    .getDiagnostics(uri)
    .filter(({ source }) => source === "bailiwick")
    .sort((one, other) => one.range.start.compareTo(other.range.start));
}

/** The code of a finding, without the address of its page. */
export function code({ code: value }: vscode.Diagnostic): string {
  return String(typeof value === "object" ? value.value : value);
}

/** Waits until a file has findings with just these codes, in this order, and gives them. */
export async function shows(
  uri: vscode.Uri,
  codes: readonly string[],
): Promise<vscode.Diagnostic[]> {
  const wanted = codes.join(" ");
  await until(
    () => findings(uri).map(code).join(" "),
    (seen) => seen === wanted,
    `${wanted || "no finding"} in ${uri.path}`,
  );
  return findings(uri);
}

/** Changes a setting of ours, for the user unless a target is named; `undefined` takes it back. */
export async function set(
  name: string,
  value: unknown,
  target: vscode.ConfigurationTarget = vscode.ConfigurationTarget.Global,
  scope?: vscode.Uri,
): Promise<void> {
  await vscode.workspace.getConfiguration("bailiwick", scope).update(name, value, target);
}

/** Runs a command of ours. */
export async function command(name: string): Promise<void> {
  await vscode.commands.executeCommand(`bailiwick.${name}`);
}

/** The processes of the servers that the installed extension has started. */
export function running(): number[] {
  return servers(join(ours().extensionPath, "bundled"));
}

/** What *Copy Debug Information* puts into the clipboard, once it is as wanted. */
export async function debugInformation(
  holds: (text: string) => boolean,
  what: string,
): Promise<string> {
  return until(
    async () => {
      await command("copyDebugInformation");
      return vscode.env.clipboard.readText();
    },
    holds,
    what,
  );
}

/** The text of an output channel that is shown, by its name; "" if it is not. */
export function output(name: string): string {
  const shown = vscode.workspace.textDocuments.find(
    ({ uri }) => uri.scheme === "output" && uri.path.replace(/\.log$/, "").endsWith(name),
  );
  return shown?.getText() ?? "";
}

/** Runs something that ends in a task of ours, and gives its name and its exit code. */
export async function task(start: () => Promise<void>): Promise<{ name: string; code: number }> {
  const ended = new Promise<{ name: string; code: number }>((resolve) => {
    const listening = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      listening.dispose();
      resolve({ name: execution.task.name, code: exitCode ?? -1 });
    });
  });
  await start();
  return ended;
}
