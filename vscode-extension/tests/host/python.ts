/** A window in which the Python extension is there: which Bailiwick runs, on which Python. */

import assert from "node:assert/strict";
import type { PythonExtension } from "@vscode/python-extension";
import * as vscode from "vscode";
import { until } from "../until.ts";
import { played } from "./steps.ts";
import { command, debugInformation, file, ours, output, set, shows } from "./window.ts";

const METAL = "virt/metal/driver.py";
/** Interpreters that host.test.ts has made: one with Bailiwick, one without. */
const WITH = process.env.BAILIWICK_WITH ?? "";
const WITHOUT = process.env.BAILIWICK_WITHOUT ?? "";
/** A program `bailiwick`. */
const PROGRAM = process.env.BAILIWICK_PROGRAM ?? "";

export const run = played({
  "the Python extension is no dependency": async () => {
    const { extensionDependencies, extensionPack } = ours().packageJSON;
    assert.equal(extensionDependencies, undefined);
    assert.equal(extensionPack, undefined);
  },

  "the interpreter that is selected there is asked first, and its Bailiwick runs": async () => {
    await select(WITH);
    const text = await runs(`${WITH} `, "environment");
    assert.match(text, /selected in the Python extension\): has Bailiwick \d/);
    await shows(file(METAL), ["BW101"]);
  },

  "another selection takes effect at once; without a Bailiwick there, the copy runs on it":
    async () => {
      await select(WITHOUT);
      await runs(`${WITHOUT} `, "bundled");
      await shows(file(METAL), ["BW101"]);
    },

  "what `bailiwick.interpreter` names goes before what is selected": async () => {
    await set("interpreter", [WITH]);
    const text = await runs(`${WITH} `, "environment");
    assert.match(text, /\(bailiwick\.interpreter\): has Bailiwick/);
    await set("interpreter", undefined);
    await runs(`${WITHOUT} `, "bundled");
  },

  "`useBundled` takes the copy where an environment has a Bailiwick": async () => {
    await select(WITH);
    await runs(`${WITH} `, "environment");
    await set("importStrategy", "useBundled");
    await runs(`${WITH} `, "bundled");
    await shows(file(METAL), ["BW101"]);
    await set("importStrategy", undefined);
    await runs(`${WITH} `, "environment");
  },

  "a program of `bailiwick.path` goes before all of these": async () => {
    await set("path", ["/there/is/none", PROGRAM]);
    const text = await debugInformation(
      (seen) => seen.includes(`command: \`${PROGRAM}\``) && seen.includes(", running"),
      `${PROGRAM} running`,
    );
    assert.match(text, /bailiwick\.path: /);
    await shows(file(METAL), ["BW101"]);
  },

  "a `bailiwick.path` where there is nothing is said, and the next in order runs": async () => {
    await set("path", ["/there/is/none"]);
    const text = await runs(`${WITH} `, "environment");
    assert.match(text, /bailiwick\.path names no file that is there: \/there\/is\/none/);
    await set("path", undefined);
  },

  "a Python extension that knows no interpreter is no hindrance": async () => {
    await select("");
    await runs("", "bundled");
    await shows(file(METAL), ["BW101"]);
  },

  "a Python extension that fails is logged, and is no hindrance": async () => {
    await select("fail");
    await runs("", "bundled");
    await command("showLog");
    await until(
      () => output("Bailiwick"),
      (log) => /does not say which interpreter it has selected: .*fails/.test(log),
      "a line in the log",
    );
    await shows(file(METAL), ["BW101"]);
  },
});

/** Selects an interpreter, as somebody does in the Python extension; our server is restarted for it. */
async function select(path: string): Promise<void> {
  const extension = vscode.extensions.getExtension<PythonExtension>("ms-python.python");
  assert.ok(extension, "there is no Python extension");
  const api = await extension.activate();
  await api.environments.updateActiveEnvironmentPath(path);
}

/** Waits until a server of this kind runs on an interpreter, and gives the debug information. */
async function runs(interpreter: string, kind: "environment" | "bundled"): Promise<string> {
  return debugInformation(
    (seen) =>
      seen.includes(`command: \`${interpreter}`) &&
      seen.includes(`launch.py ${kind}\``) &&
      seen.includes(", running"),
    `${kind} on ${interpreter}`,
  );
}
