/** Two folders in one window, `one` with the example's policy and `other` with a lax one. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as vscode from "vscode";
import { until } from "../until.ts";
import { played } from "./steps.ts";
import { command, debugInformation, file, findings, running, set, shows } from "./window.ts";

const METAL = "virt/metal/driver.py";
const { WorkspaceFolder } = vscode.ConfigurationTarget;

export const run = played({
  "each folder is held to its own policy, by one server": async () => {
    await vscode.window.showTextDocument(file(METAL, "other"), { preview: false });
    await vscode.window.showTextDocument(file(METAL, "one"), { preview: false });
    await shows(file(METAL, "one"), ["BW101"]);
    assert.deepEqual(findings(file(METAL, "other")), []);
    assert.equal(running().length, 1);
    const text = await debugInformation((seen) => seen.includes(", running"), "a running server");
    assert.match(text, /- 2 folders, trusted/);
  },

  "Show the Policy opens that of the active file's folder": async () => {
    for (const folder of ["other", "one"]) {
      await vscode.window.showTextDocument(file(METAL, folder));
      await until(
        async () => {
          await vscode.window.showTextDocument(file(METAL, folder));
          await command("showPolicy");
          return vscode.window.activeTextEditor?.document.uri.path;
        },
        (path) => path === file("bailiwick.toml", folder).path,
        `the policy of ${folder}`,
      );
    }
  },

  "`severity` may differ between folders": async () => {
    await set("severity", { BW1: "warning" }, WorkspaceFolder, file("", "one"));
    await until(
      () => findings(file(METAL, "one")).map(({ severity }) => severity),
      ([severity]) => severity === vscode.DiagnosticSeverity.Warning,
      "a warning in `one`",
    );
    await set("severity", { BW1: "off" }, WorkspaceFolder, file("", "other"));
    await shows(file(METAL, "one"), ["BW101"]);
    await set("severity", undefined, WorkspaceFolder, file("", "one"));
    await set("severity", undefined, WorkspaceFolder, file("", "other"));
  },

  "`codeLens` may differ between folders": async () => {
    const lenses = (folder: string): Thenable<vscode.CodeLens[]> =>
      vscode.commands.executeCommand(
        "vscode.executeCodeLensProvider",
        file("virt/driver.py", folder),
      );
    for (const folder of ["one", "other"]) {
      await vscode.window.showTextDocument(file("virt/driver.py", folder), { preview: false });
    }
    const [one, other] = [file("", "one"), file("", "other")];
    await set("codeLens", true, WorkspaceFolder, one);
    await set("codeLens", true, WorkspaceFolder, other);
    await until(
      () => lenses("one"),
      (found) => found.length > 0,
      "lenses in `one`",
    );
    await set("codeLens", undefined, WorkspaceFolder, one);
    assert.deepEqual(await lenses("one"), []);
    await set("codeLens", undefined, WorkspaceFolder, other);
  },

  "settings of the window are refused for a folder alone, and those of the machine for none":
    async () => {
      await assert.rejects(async () => set("enable", false, WorkspaceFolder, file("", "one")));
      await assert.rejects(async () => set("logLevel", "debug", WorkspaceFolder, file("", "one")));
      await set("path", [], WorkspaceFolder, file("", "one"));
      const written = readFileSync(file(".vscode/settings.json", "one").fsPath, "utf8");
      assert.match(written, /"bailiwick\.path"/);
    },

  "a folder that is taken out of the window takes its findings along": async () => {
    const gone = file(METAL, "one");
    await shows(gone, ["BW101"]);
    vscode.workspace.updateWorkspaceFolders(0, 1);
    await until(
      () => findings(gone).length,
      (count) => count === 0,
      "no finding outside of the window",
    );
  },
});
