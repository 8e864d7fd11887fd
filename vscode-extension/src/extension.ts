/** The extension's front: what is put together when it wakes, and what it listens to. */

import * as vscode from "vscode";
import { registerCommands } from "./commands.ts";
import { Decorations } from "./decorations.ts";
import { watchSelection } from "./pythonExtension.ts";
import { RulePages } from "./ruleLinks.ts";
import { SCHEME } from "./rulePages.ts";
import { Server } from "./server.ts";
import { RESTARTING, SECTION } from "./settings.ts";
import { StatusItem } from "./statusItem.ts";
import { renewSchema } from "./tomlSchema.ts";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("Bailiwick", { log: true });
  const running = new Server(context, log);
  server = running;
  const status = new StatusItem(running);
  const decorations = new Decorations(running);
  context.subscriptions.push(
    log,
    running,
    status,
    decorations,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, new RulePages(context)),
    vscode.workspace.onDidGrantWorkspaceTrust(() => running.restart()),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      const affects = (name: string) => event.affectsConfiguration(`${SECTION}.${name}`);
      if (affects("trace.server")) running.followTrace();
      if (affects("explorerDecorations")) decorations.refresh();
      if (affects("codeLens")) running.refreshLenses();
      if (affects("enable") || RESTARTING.some((name) => event.affectsConfiguration(name))) {
        await running.restart();
      }
    }),
  );
  registerCommands(context, running, status, log);
  decorations.refresh();
  await running.restart();
  decorations.refresh();
  await renewSchema(context).catch((error) => log.warn(`The policy's schema stays old: ${error}`));
  const selection = await watchSelection(() => void running.restart(), log);
  if (selection !== undefined) context.subscriptions.push(selection);
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
