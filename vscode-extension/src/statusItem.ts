/** The item in the status bar: whose the active file is, and how it stands. */

import * as vscode from "vscode";
import { DOCUMENTS, type Server } from "./server.ts";
import { type DocumentStatus, shown } from "./status.ts";

/** How long a burst of changes may go on before the server is asked again, in milliseconds. */
const PAUSE = 80;

export class StatusItem implements vscode.Disposable {
  readonly #server: Server;
  readonly #item: vscode.StatusBarItem;
  readonly #subscriptions: vscode.Disposable[] = [];
  #document: { readonly uri: string; readonly status: DocumentStatus | "policy" } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #asked = 0;
  #last: vscode.TextDocument | undefined;

  constructor(server: Server) {
    this.#server = server;
    this.#item = vscode.window.createStatusBarItem("status", vscode.StatusBarAlignment.Right, 99);
    this.#item.name = "Bailiwick";
    this.#item.command = "bailiwick.showStatus";
    this.#subscriptions.push(
      this.#item,
      server.onDidChange(() => this.#soon()),
      vscode.window.onDidChangeActiveTextEditor(() => this.#soon()),
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        const active = this.#active()?.uri.toString();
        if (uris.some((uri) => uri.toString() === active)) this.#soon();
      }),
    );
    this.#show();
  }

  /** The policy that governs the active file, if the server knows one. */
  get policy(): vscode.Uri | undefined {
    const current = this.#current();
    if (current === "policy") return this.#active()?.uri;
    return current?.policy ? vscode.Uri.parse(current.policy) : undefined;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #soon(): void {
    this.#show();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), PAUSE);
  }

  async #ask(): Promise<void> {
    const document = this.#active();
    const client = this.#server.client;
    const asked = ++this.#asked;
    if (document === undefined || client === undefined || !isOurs(document)) {
      this.#document = undefined;
    } else if (document.languageId !== "python") {
      this.#document = { uri: document.uri.toString(), status: "policy" };
    } else {
      const uri = document.uri.toString();
      try {
        const status = await client.sendRequest<DocumentStatus | null>("bailiwick/status", {
          textDocument: { uri: client.code2ProtocolConverter.asUri(document.uri) },
        });
        if (asked !== this.#asked) return;
        this.#document = status === null ? undefined : { uri, status };
      } catch {
        // The server has gone, or is older than the request; its state says what there is to say.
        this.#document = undefined;
      }
    }
    this.#show();
  }

  /** The active document; the Output view, where a log is read, takes its place for nobody. */
  #active(): vscode.TextDocument | undefined {
    const document = vscode.window.activeTextEditor?.document;
    if (document?.uri.scheme !== "output") this.#last = document;
    return this.#last;
  }

  #current(): DocumentStatus | "policy" | undefined {
    const active = this.#active()?.uri.toString();
    return this.#document?.uri === active ? this.#document?.status : undefined;
  }

  #show(): void {
    const { discovery, state, name } = this.#server;
    const interpreter = discovery?.found?.probe?.executable ?? discovery?.found?.command[0];
    const item = shown({
      server: state,
      document: this.#current(),
      restricted: !vscode.workspace.isTrusted,
      caution: discovery?.caution,
      running: name === undefined ? undefined : `${name} on ${interpreter}`,
    });
    if (!item.visible) {
      this.#item.hide();
      return;
    }
    this.#item.text = item.text;
    const tooltip = new vscode.MarkdownString(item.tooltip, true);
    this.#item.tooltip = tooltip;
    this.#item.backgroundColor =
      item.severity === "plain"
        ? undefined
        : new vscode.ThemeColor(`statusBarItem.${item.severity}Background`);
    this.#item.show();
  }
}

/** Whether a document is one that the server judges. */
export function isOurs(document: vscode.TextDocument): boolean {
  return vscode.languages.match(DOCUMENTS, document) > 0;
}
