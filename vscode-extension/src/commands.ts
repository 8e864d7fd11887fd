/** What the command palette and the status item offer. */

import { execFile } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import * as vscode from "vscode";
import { asMarkdown } from "./debugInformation.ts";
import type { Server } from "./server.ts";
import { SECTION } from "./settings.ts";
import type { StatusItem } from "./statusItem.ts";
import { associateSchema } from "./tomlSchema.ts";

const run = promisify(execFile);

/** What package.json declares. */
interface Contributions {
  readonly commands: readonly { readonly command: string; readonly title: string }[];
  readonly menus: {
    readonly commandPalette: readonly { readonly command: string; readonly when: string }[];
  };
}

/** Registers every command that package.json declares. */
export function registerCommands(
  context: vscode.ExtensionContext,
  server: Server,
  status: StatusItem,
  log: vscode.LogOutputChannel,
): void {
  const commands: Record<string, () => unknown> = {
    restart: () => server.restart(),
    showLog: () => log.show(),
    showPolicy: () => showPolicy(status.policy),
    checkWorkspace: () => runInTerminal(server, "check", ["check"], status.policy),
    showMap: () => showMap(context, server, status.policy, log),
    recordBaseline: () =>
      runInTerminal(server, "baseline write", ["baseline", "write"], status.policy),
    proposePolicy: () => runInTerminal(server, "init", ["init"], undefined),
    associateSchema: () => associateSchema(context),
    copyDebugInformation: () => copyDebugInformation(context, server),
    showStatus: () => pickCommand(context),
  };
  for (const [name, run] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(`${SECTION}.${name}`, run));
  }
}

/** Opens the policy of the active file, or else the first of the workspace. */
async function showPolicy(known: vscode.Uri | undefined): Promise<void> {
  const uri =
    known ?? (await vscode.workspace.findFiles("**/bailiwick.toml", "**/node_modules/**", 1))[0];
  if (uri === undefined) {
    void vscode.window.showInformationMessage(
      "No bailiwick.toml governs this file. Bailiwick: Propose a First Policy writes one.",
    );
    return;
  }
  await vscode.window.showTextDocument(uri);
}

/** Runs the same Bailiwick as the server, where its words can be read and its questions answered. */
async function runInTerminal(
  server: Server,
  title: string,
  args: readonly string[],
  policy: vscode.Uri | undefined,
): Promise<void> {
  const command = server.discovery?.found?.command;
  if (command === undefined) {
    void vscode.window.showErrorMessage("Bailiwick: no Bailiwick was found to run. See the log.");
    return;
  }
  const [program = "", ...before] = command;
  const folder =
    policy !== undefined
      ? dirname(policy.fsPath)
      : vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const task = new vscode.Task(
    { type: SECTION },
    vscode.TaskScope.Workspace,
    title,
    "Bailiwick",
    new vscode.ProcessExecution(
      program,
      [...before, ...args],
      folder === undefined ? {} : { cwd: folder },
    ),
  );
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, clear: true };
  await vscode.tasks.executeTask(task);
}

/** Shows `bailiwick map` beside the editor. */
async function showMap(
  context: vscode.ExtensionContext,
  server: Server,
  policy: vscode.Uri | undefined,
  log: vscode.LogOutputChannel,
): Promise<void> {
  const [program = "", ...before] = server.discovery?.found?.command ?? [];
  const folder =
    policy !== undefined
      ? dirname(policy.fsPath)
      : vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  if (program === "" || folder === undefined) {
    void vscode.window.showErrorMessage("Bailiwick: there is no folder, or no Bailiwick, to map.");
    return;
  }
  const storage = context.globalStorageUri.fsPath;
  await mkdir(storage, { recursive: true });
  const page = join(storage, "map.html");
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: "Bailiwick: drawing the map" },
    async () => {
      try {
        await run(program, [...before, "map", "--output", page], { cwd: folder });
        const panel = vscode.window.createWebviewPanel(
          "bailiwick.map",
          "Subsystem map",
          vscode.ViewColumn.Active,
          { enableScripts: true, localResourceRoots: [] },
        );
        panel.webview.html = await readFile(page, "utf8");
      } catch (error) {
        log.error(String(error));
        void vscode.window.showErrorMessage("Bailiwick: the map could not be drawn. See the log.");
      }
    },
  );
}

async function copyDebugInformation(
  context: vscode.ExtensionContext,
  server: Server,
): Promise<void> {
  const section = vscode.workspace.getConfiguration(
    SECTION,
    vscode.workspace.workspaceFolders?.[0],
  );
  const { state, discovery } = server;
  const text = asMarkdown(
    {
      extension: context.extension.packageJSON.version,
      editor: `${vscode.env.appName} ${vscode.version}`,
      platform: `${process.platform}-${process.arch}`,
      remote: vscode.env.remoteName,
      trusted: vscode.workspace.isTrusted,
      folders: vscode.workspace.workspaceFolders?.length ?? 0,
      state: state.kind === "failed" ? `failed: ${state.reason}` : state.kind,
      command: discovery?.found?.command,
      server: server.name,
      trail: discovery?.trail ?? [],
      settings: JSON.parse(JSON.stringify(section)),
    },
    homedir(),
  );
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage("Bailiwick: debug information is in the clipboard", 4000);
}

/** Offers what the command palette offers. */
async function pickCommand(context: vscode.ExtensionContext): Promise<void> {
  const { commands, menus }: Contributions = context.extension.packageJSON.contributes;
  const condition = new Map(menus.commandPalette.map(({ command, when }) => [command, when]));
  const picked = await vscode.window.showQuickPick(
    commands
      .filter(({ command }) => {
        const when = condition.get(command);
        return when === undefined || (when === "isWorkspaceTrusted" && vscode.workspace.isTrusted);
      })
      .map(({ command, title }) => ({ label: title, command })),
    { title: "Bailiwick" },
  );
  if (picked !== undefined) await vscode.commands.executeCommand(picked.command);
}
