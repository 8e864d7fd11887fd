/** A window in which there is an extension with the name and the setting of Even Better TOML. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as vscode from "vscode";
import { played } from "./steps.ts";
import { command, file, shows } from "./window.ts";

const SETTING = "evenBetterToml.schema.associations";

export const run = played({
  "without being asked nothing of another extension is changed": async () => {
    await shows(file("virt/metal/driver.py"), ["BW101"]);
    assert.deepEqual(vscode.workspace.getConfiguration().get(SETTING), {});
  },

  "asked, it is told of a schema for policies that is there, and what it knew it still knows":
    async () => {
      const before = { ".*/other.toml": "https://example.org/other.json" };
      const target = vscode.ConfigurationTarget.Global;
      await vscode.workspace.getConfiguration().update(SETTING, before, target);
      await command("associateSchema");
      const known = vscode.workspace.getConfiguration().get<Record<string, string>>(SETTING, {});
      const { ".*/other.toml": kept, ...added } = known;
      assert.equal(kept, before[".*/other.toml"]);
      const [[pattern, address]] = Object.entries(added) as [[string, string]];
      assert.match(file("bailiwick.toml").toString(), new RegExp(pattern));
      const schema = JSON.parse(readFileSync(vscode.Uri.parse(address).fsPath, "utf8"));
      assert.ok("subsystem" in schema.properties);
    },
});
