/** One folder, the example that comes with Bailiwick: what is found, the commands, the settings. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as vscode from "vscode";
import { until } from "../until.ts";
import { played } from "./steps.ts";
import {
  command,
  debugInformation,
  file,
  findings,
  ours,
  output,
  running,
  set,
  shows,
  task,
} from "./window.ts";

const METAL = "virt/metal/driver.py";
const ZONE = "virt/zone/driver.py";
/** BW303 is told of a whole tree alone. */
const OF_ZONE = ["BW102", "BW202", "BW302"];

export const run = played({
  "a policy in the folder wakes the extension, before any file is open": async () => {
    assert.deepEqual(vscode.window.visibleTextEditors, []);
    await until(() => ours().isActive, Boolean, "an extension that is awake");
  },

  "findings of files that are not open are there": async () => {
    await shows(file(METAL), ["BW101"]);
    await shows(file(ZONE), OF_ZONE);
    assert.deepEqual(
      vscode.workspace.textDocuments.filter(({ uri }) => uri.path.endsWith(".py")),
      [],
    );
  },

  "a finding stands under the name, and leads to page, definition and deciding line": async () => {
    const document = await vscode.workspace.openTextDocument(file(METAL));
    await vscode.window.showTextDocument(document);
    const [finding] = await shows(document.uri, ["BW101"]);
    assert.ok(finding);
    assert.equal(document.getText(finding.range), "disks");
    assert.equal(finding.severity, vscode.DiagnosticSeverity.Error);
    assert.match(finding.message, /metal may not import from qemu: virt\.qemu\.disks/);
    assert.ok(typeof finding.code === "object");
    const page = await vscode.workspace.openTextDocument(finding.code.target);
    assert.match(page.getText(), /^# BW101 import-across/);
    const related = finding.relatedInformation ?? [];
    const to = related.map(({ location }) => vscode.workspace.asRelativePath(location.uri));
    assert.deepEqual(to, ["virt/qemu/disks.py", "bailiwick.toml"]);
    const policy = await vscode.workspace.openTextDocument(file("bailiwick.toml"));
    const line = related[1]?.location.range.start.line ?? 0;
    assert.match(policy.lineAt(line).text, /independent = true|\[group\.drivers\]/);
  },

  "what is typed is judged before it is saved": async () => {
    const editor = await vscode.window.showTextDocument(file(METAL));
    await editor.edit((edit) =>
      edit.insert(new vscode.Position(2, 0), "from virt.zone import console\n"),
    );
    await shows(file(METAL), ["BW101", "BW101"]);
    await vscode.commands.executeCommand("workbench.action.files.revert");
    await shows(file(METAL), ["BW101"]);
  },

  "hovering says whose a name is": async () => {
    const hovers: vscode.Hover[] = await vscode.commands.executeCommand(
      "vscode.executeHoverProvider",
      file(METAL),
      new vscode.Position(4, 24),
    );
    const said = hovers.flatMap(({ contents }) =>
      contents.map((each) => (typeof each === "string" ? each : each.value)),
    );
    assert.match(said.join("\n"), /owned by qemu-team/);
  },

  "a quick fix leads through the public way, and the finding goes": async () => {
    const editor = await vscode.window.showTextDocument(file(ZONE));
    const [finding] = await shows(file(ZONE), OF_ZONE);
    assert.ok(finding);
    const actions: vscode.CodeAction[] = await vscode.commands.executeCommand(
      "vscode.executeCodeActionProvider",
      file(ZONE),
      finding.range,
      vscode.CodeActionKind.QuickFix.value,
      10, // with their edits
    );
    const [public_] = actions.filter(({ title }) => title.startsWith("Import image:fetch"));
    assert.ok(public_?.edit, `offered: ${actions.map(({ title }) => title).join("; ")}`);
    assert.ok(await vscode.workspace.applyEdit(public_.edit));
    await shows(file(ZONE), OF_ZONE.slice(1));
    assert.match(editor.document.lineAt(2).text, /^from image import fetch$/);
    await vscode.commands.executeCommand("workbench.action.files.revert");
    await shows(file(ZONE), OF_ZONE);
  },

  "the commands that package.json declares are there": async () => {
    const declared: { command: string }[] = ours().packageJSON.contributes.commands;
    const there = await vscode.commands.getCommands(true);
    assert.deepEqual(
      declared.map(({ command }) => command).filter((name) => !there.includes(name)),
      [],
    );
  },

  "Show the Policy opens the one that governs the active file": async () => {
    await vscode.window.showTextDocument(file(ZONE));
    await command("showPolicy");
    const active = vscode.window.activeTextEditor?.document.uri;
    assert.equal(active?.path, file("bailiwick.toml").path);
  },

  "Show the Log shows what was started": async () => {
    await command("showLog");
    const log = await until(() => output("Bailiwick"), Boolean, "the log");
    assert.match(log, /Starting .*launch\.py bundled server/);
  },

  "Restart the Server starts another one in the place of the first": async () => {
    const [first, ...others] = running();
    assert.ok(first);
    assert.deepEqual(others, []);
    await command("restart");
    const [second] = running();
    assert.deepEqual(running(), [second]);
    assert.notEqual(second, first);
    await shows(file(METAL), ["BW101"]);
  },

  "Check the Workspace says in a terminal what the command line says": async () => {
    assert.deepEqual(await task(() => command("checkWorkspace")), { name: "check", code: 1 });
  },

  "Show the Subsystem Map opens a page": async () => {
    await command("showMap");
    const map = () =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .filter(({ label }) => label === "Subsystem map");
    await until(
      () => map().length,
      (count) => count === 1,
      "the map's tab",
    );
    assert.ok(map()[0]?.input instanceof vscode.TabInputWebview);
    await vscode.window.tabGroups.close(map());
  },

  "Copy Debug Information tells what runs, and no home folder": async () => {
    const text = await debugInformation((seen) => seen.includes(", running"), "a running server");
    assert.match(text, /- 1 folder, trusted/);
    assert.match(text, /- command: `.*launch\.py bundled`/);
    assert.match(text, /the copy that came with the extension, on \S*python/);
    const settings = JSON.parse(/```json\n(.*)```/s.exec(text)?.[1] ?? "");
    assert.equal(settings.importStrategy, "fromEnvironment");
    assert.ok(!text.includes(process.env.HOME ?? "nowhere"));
  },

  "the status item's list offers the commands, and runs the one that is picked": async () => {
    const [before] = running();
    void command("showStatus");
    // The list is the editor's, and opens when it may; its first row is *Restart the Server*.
    await until(
      async () => {
        await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
        return running();
      },
      ([id]) => id !== undefined && id !== before,
      "another server",
    );
    await shows(file(METAL), ["BW101"]);
  },

  "with `enable` off nothing is judged and nothing runs; on again, all is back": async () => {
    await set("enable", false);
    await shows(file(METAL), []);
    await shows(file(ZONE), []);
    await until(running, (ids) => ids.length === 0, "no server");
    await set("enable", undefined);
    await shows(file(METAL), ["BW101"]);
    await shows(file(ZONE), OF_ZONE);
  },

  "`severity` changes how findings look here, by the most exact entry, and `off` hides":
    async () => {
      await set("severity", { BW: "info", BW2: "hint", BW302: "off" });
      await shows(file(ZONE), ["BW102", "BW202"]);
      const { Information, Hint } = vscode.DiagnosticSeverity;
      await until(
        () => findings(file(ZONE)).map(({ severity }) => severity),
        ([first, second]) => first === Information && second === Hint,
        "one finding as information, one as a hint",
      );
      assert.equal(cli("check", "--format", "concise").includes("BW302"), true);
      await set("severity", undefined);
      await shows(file(ZONE), OF_ZONE);
    },

  "`workspaceDiagnostics` off shows the findings of open files alone": async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await set("workspaceDiagnostics", false);
    await shows(file(METAL), []);
    await vscode.window.showTextDocument(file(METAL));
    await shows(file(METAL), ["BW101"]);
    assert.deepEqual(findings(file(ZONE)), []);
    await set("workspaceDiagnostics", undefined);
    await shows(file(ZONE), OF_ZONE);
  },

  "`codeLens` shows above a definition who uses it, once it is on": async () => {
    const lenses = (): Thenable<vscode.CodeLens[]> =>
      vscode.commands.executeCommand("vscode.executeCodeLensProvider", file("virt/driver.py"), 20);
    await vscode.window.showTextDocument(file("virt/driver.py"));
    assert.deepEqual(await lenses(), []);
    await set("codeLens", true);
    const shown = await until(lenses, (found) => found.length > 0, "a lens");
    assert.match(shown.map((lens) => lens.command?.title).join("\n"), /qemu|metal|zone|implement/);
    await set("codeLens", undefined);
    await until(lenses, (found) => found.length === 0, "no lens");
  },

  "`trace.server` writes what editor and server say, of a server that runs": async () => {
    const [before] = running();
    await set("trace.server", "messages");
    await vscode.window.showTextDocument(file(ZONE));
    const channel = await until(
      async () =>
        (await vscode.commands.getCommands()).find((name) =>
          /output\.show\..*Bailiwick Trace/.test(name),
        ),
      Boolean,
      "a channel for the trace",
    );
    await vscode.commands.executeCommand(channel ?? "");
    const traced = await until(
      () => output("Bailiwick Trace"),
      (seen) => seen.includes("textDocument/"),
      "messages in the trace",
    );
    assert.doesNotMatch(traced, /"textDocument": \{/);
    await set("trace.server", "verbose");
    await vscode.window.showTextDocument(file("image/transfer.py"));
    await until(
      () => output("Bailiwick Trace"),
      (seen) => /"uri": "file:/.test(seen),
      "parameters in the trace",
    );
    await set("trace.server", undefined);
    assert.deepEqual(running(), [before]);
  },

  "`logLevel` says how much the server writes into its log": async () => {
    await command("showLog");
    const level = (seen: string) => seen.split("is in force").length;
    const before = await until(() => output("Bailiwick"), Boolean, "the log");
    await set("logLevel", "error");
    await command("restart");
    await shows(file(METAL), ["BW101"]);
    assert.equal(level(output("Bailiwick")), level(before));
    await set("logLevel", "info");
    await command("restart");
    await until(
      () => output("Bailiwick"),
      (seen) => level(seen) > level(before),
      "that the policy is in force",
    );
    await set("logLevel", undefined);
  },

  "`args` are handed to the server": async () => {
    await set("args", ["--no-such-argument"]);
    const text = await debugInformation((seen) => seen.includes("failed:"), "a server that fails");
    assert.match(text, /has ended five times in three minutes/);
    await set("args", undefined);
    await shows(file(METAL), ["BW101"]);
  },

  "Record What Is Wrong Today in the Baseline lets no baseline grow unasked": async () => {
    const recorded = await task(() => command("recordBaseline"));
    assert.deepEqual(recorded, { name: "baseline write", code: 2 });
    await shows(file(METAL), ["BW101"]);
  },

  "where there is no baseline yet, it leaves nothing to report": async () => {
    await vscode.workspace.fs.delete(file("bailiwick-baseline.toml"));
    const recorded = await task(() => command("recordBaseline"));
    assert.deepEqual(recorded, { name: "baseline write", code: 0 });
    await shows(file(METAL), []);
    await shows(file(ZONE), []);
    const baseline = await vscode.workspace.openTextDocument(file("bailiwick-baseline.toml"));
    assert.match(baseline.getText(), /path = "virt\/metal\/driver\.py", code = "BW101"/);
  },
});

/** What the tests' own Bailiwick says of the folder. */
function cli(...args: string[]): string {
  const python = process.env.BAILIWICK_PYTHON ?? "python3";
  try {
    return execFileSync(python, ["-m", "bailiwick_hooks", ...args], {
      cwd: file("").fsPath,
      encoding: "utf8",
    });
  } catch (error) {
    return String((error as { stdout?: unknown }).stdout);
  }
}
