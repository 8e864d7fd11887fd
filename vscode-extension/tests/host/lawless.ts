/** A folder of Python without any policy: silence, and how it gets its first one. */

import assert from "node:assert/strict";
import * as vscode from "vscode";
import { until } from "../until.ts";
import { played } from "./steps.ts";
import { command, file, findings, ours, running } from "./window.ts";

export const run = played({
  "without a policy and without a Python file nothing wakes the extension": async () => {
    await vscode.window.showTextDocument(file("README.md"));
    assert.equal(ours().isActive, false);
    assert.deepEqual(running(), []);
  },

  "a Python file wakes it, and nothing is forbidden to it": async () => {
    await vscode.window.showTextDocument(file("virt/metal/driver.py"));
    await until(
      () => ours().isActive && running().length === 1,
      Boolean,
      "an extension that is awake",
    );
    assert.deepEqual(findings(file("virt/metal/driver.py")), []);
  },

  "a policy that comes is in force at once, for files that are open": async () => {
    const policy =
      '[subsystem.metal]\nmodules = ["virt.metal"]\nuses = []\n[subsystem.rest]\nmodules = ["virt", "image"]\n';
    await vscode.workspace.fs.writeFile(file("bailiwick.toml"), Buffer.from(policy));
    await until(
      () => findings(file("virt/metal/driver.py")).length,
      (count) => count === 3,
      "three findings",
    );
    await command("showPolicy");
    assert.equal(vscode.window.activeTextEditor?.document.uri.path, file("bailiwick.toml").path);
  },
});
