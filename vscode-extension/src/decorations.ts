/** Badges in the Explorer that say which subsystem a file belongs to; off by default. */

import * as vscode from "vscode";
import { badge } from "./badges.ts";
import type { Server } from "./server.ts";
import { readSettings } from "./settings.ts";

/** How long files are collected to be asked for at once, and how long a policy may settle; milliseconds. */
const GATHERING = 30;
const SETTLING = 500;

/** The answer to `bailiwick/subsystems`, for one file. */
interface Whose {
  readonly subsystem: string;
  readonly owners: readonly string[];
}

interface Question {
  readonly uri: vscode.Uri;
  readonly answer: (whose: Whose | null) => void;
}

export class Decorations implements vscode.FileDecorationProvider, vscode.Disposable {
  readonly #server: Server;
  readonly #changes = new vscode.EventEmitter<undefined>();
  readonly onDidChangeFileDecorations = this.#changes.event;
  #registration: vscode.Disposable | undefined;
  #questions: Question[] = [];
  #settling: NodeJS.Timeout | undefined;

  constructor(server: Server) {
    this.#server = server;
  }

  /** Follows the setting, and asks anew whenever the server is another. */
  refresh(): void {
    const wanted = readSettings().explorerDecorations;
    if (wanted && this.#registration === undefined) this.#registration = this.#register();
    else if (!wanted) {
      this.#registration?.dispose();
      this.#registration = undefined;
    } else this.#changes.fire(undefined);
  }

  async provideFileDecoration(uri: vscode.Uri): Promise<vscode.FileDecoration | undefined> {
    if (uri.scheme !== "file" || !uri.path.endsWith(".py")) return undefined;
    const whose = await new Promise<Whose | null>((answer) => this.#ask({ uri, answer }));
    if (whose === null) return undefined;
    const owners = whose.owners.length > 0 ? `, owned by ${whose.owners.join(", ")}` : "";
    return new vscode.FileDecoration(badge(whose.subsystem), `${whose.subsystem}${owners}`);
  }

  dispose(): void {
    clearTimeout(this.#settling);
    this.#registration?.dispose();
    this.#changes.dispose();
  }

  /** A policy that is written anew may claim files for others. */
  #register(): vscode.Disposable {
    const policies = vscode.workspace.createFileSystemWatcher("**/*.toml");
    const later = () => {
      clearTimeout(this.#settling);
      this.#settling = setTimeout(() => this.#changes.fire(undefined), SETTLING);
    };
    return vscode.Disposable.from(
      vscode.window.registerFileDecorationProvider(this),
      policies,
      policies.onDidChange(later),
      policies.onDidCreate(later),
      policies.onDidDelete(later),
    );
  }

  /** The Explorer asks for one file after the other; the server is asked for all of them at once. */
  #ask(question: Question): void {
    this.#questions.push(question);
    if (this.#questions.length === 1) setTimeout(() => void this.#send(), GATHERING);
  }

  async #send(): Promise<void> {
    const questions = this.#questions;
    this.#questions = [];
    const { client } = this.#server;
    const uris = questions.map(({ uri }) => client?.code2ProtocolConverter.asUri(uri));
    const answers = await client
      ?.sendRequest<(Whose | null)[]>("bailiwick/subsystems", { uris })
      .catch(() => undefined); // the server has gone, or is older than the request
    for (const [index, { answer }] of questions.entries()) answer(answers?.[index] ?? null);
  }
}
