/** Badges in the Explorer that say which subsystem a file belongs to; off by default. */

import * as vscode from "vscode";
import { badge } from "./badges.ts";
import type { Server } from "./server.ts";
import { readSettings } from "./settings.ts";
import type { DocumentStatus } from "./status.ts";

export class Decorations implements vscode.FileDecorationProvider, vscode.Disposable {
  readonly #server: Server;
  readonly #changes = new vscode.EventEmitter<undefined>();
  readonly onDidChangeFileDecorations = this.#changes.event;
  #registration: vscode.Disposable | undefined;

  constructor(server: Server) {
    this.#server = server;
  }

  /** Follows the setting, and asks anew whenever the server or the policy is another. */
  refresh(): void {
    const wanted = readSettings().explorerDecorations;
    if (wanted && this.#registration === undefined) {
      this.#registration = vscode.window.registerFileDecorationProvider(this);
    } else if (!wanted) {
      this.#registration?.dispose();
      this.#registration = undefined;
    } else this.#changes.fire(undefined);
  }

  async provideFileDecoration(uri: vscode.Uri): Promise<vscode.FileDecoration | undefined> {
    const client = this.#server.client;
    if (client === undefined || uri.scheme !== "file" || !uri.path.endsWith(".py"))
      return undefined;
    const status = await client
      .sendRequest<DocumentStatus | null>("bailiwick/status", {
        textDocument: { uri: client.code2ProtocolConverter.asUri(uri) },
      })
      .catch(() => null);
    const subsystem = status?.subsystem;
    if (!subsystem) return undefined;
    const owners = status.owners.length > 0 ? `, owned by ${status.owners.join(", ")}` : "";
    return new vscode.FileDecoration(badge(subsystem), `${subsystem}${owners}`);
  }

  dispose(): void {
    this.#registration?.dispose();
    this.#changes.dispose();
  }
}
