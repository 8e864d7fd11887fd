/** A folder that nobody has said to trust, with an environment and settings that are not to be heeded. */

import assert from "node:assert/strict";
import * as vscode from "vscode";
import { played } from "./steps.ts";
import { code, debugInformation, file, findings, set, shows } from "./window.ts";

const METAL = "virt/metal/driver.py";

export const run = played({
  "the window is in Restricted Mode, and the extension is there all the same": async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    await shows(file(METAL), ["BW101"]);
  },

  "the copy runs, on a Python from outside, which reads no module of the workspace": async () => {
    const text = await debugInformation((seen) => seen.includes(", running"), "a running server");
    assert.match(text, /1 folder, Restricted Mode/);
    const [, command = ""] = /- command: `(.*)`/.exec(text) ?? [];
    assert.match(command, /^\S+ -I .*launch\.py bundled$/);
    assert.ok(!command.startsWith(file("").fsPath), command);
  },

  "what the workspace says of the restricted settings is not heeded, the rest is": async () => {
    const settings = vscode.workspace.getConfiguration("bailiwick", file(METAL));
    assert.deepEqual(settings.get("path"), []);
    assert.deepEqual(settings.get("interpreter"), []);
    assert.deepEqual(settings.get("args"), []);
    assert.deepEqual(settings.get("severity"), { BW: "hint" });
    assert.deepEqual(
      findings(file(METAL)).map(({ severity }) => severity),
      [vscode.DiagnosticSeverity.Hint],
    );
  },

  "the environment's Bailiwick is not asked for where the user wants it": async () => {
    await set("importStrategy", "fromEnvironment");
    const text = await debugInformation((seen) => seen.includes(", running"), "a running server");
    assert.match(text, /launch\.py bundled`/);
    assert.ok(!text.includes(".venv"), text);
    await set("importStrategy", undefined);
    await shows(file(METAL), ["BW101"]);
    assert.deepEqual(findings(file(METAL)).map(code), ["BW101"]);
  },
});
