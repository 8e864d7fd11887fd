/** The server's life: looked for, started, watched, started again, stopped. */

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import {
  CloseAction,
  CodeLensRequest,
  DidChangeConfigurationNotification,
  ErrorAction,
  type ErrorHandler,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  State,
} from "vscode-languageclient/node";
import { CrashPolicy } from "./crashes.ts";
import { type Discovery, discover } from "./discovery.ts";
import { findings } from "./findings.ts";
import { interpreters } from "./interpreters.ts";
import { isFile, machine, realPath } from "./machine.ts";
import { selectedInterpreter } from "./pythonExtension.ts";
import { readSettings, SECTION, type Settings, told } from "./settings.ts";
import type { ServerState } from "./status.ts";
import { TraceChannel } from "./trace.ts";

/** The files that the server judges. */
export const DOCUMENTS = [
  { language: "python", scheme: "file" },
  { language: "python", scheme: "untitled" },
  { language: "python", scheme: "vscode-notebook-cell" },
  { pattern: "**/bailiwick.toml", scheme: "file" },
  { pattern: "**/pyproject.toml", scheme: "file" },
];

/** What the editor tells the server that may change the status of a document. */
const CHANGING = new Set(["workspace/didChangeWatchedFiles", "textDocument/didChange"]);

/** One server for the window, whatever folders it has. */
export class Server implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  readonly #trace = new TraceChannel();
  readonly #crashes = new CrashPolicy();
  readonly #changes = new vscode.EventEmitter<void>();
  /** Fires when the state or the findings' basis has changed, and the status should be asked anew. */
  readonly onDidChange = this.#changes.event;
  #state: ServerState = { kind: "off" };
  #discovery: Discovery | undefined;
  #client: LanguageClient | undefined;
  /** Work on the server is done one piece after the other. */
  #queue: Promise<void> = Promise.resolve();
  readonly #progress = new Map<string | number, string>();

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
    this.#context = context;
    this.#log = log;
  }

  get state(): ServerState {
    return this.#state;
  }

  /** The last search for a Bailiwick. */
  get discovery(): Discovery | undefined {
    return this.#discovery;
  }

  /** The client of a server that runs. */
  get client(): LanguageClient | undefined {
    return this.#client?.state === State.Running ? this.#client : undefined;
  }

  /** `Bailiwick 0.1.0` as the running server calls itself. */
  get name(): string | undefined {
    const info = this.client?.initializeResult?.serverInfo;
    return info && ["Bailiwick", info.version].filter(Boolean).join(" ");
  }

  /** Starts the server, or another one in its place; with `enable` off, stops it. */
  restart(): Promise<void> {
    this.#crashes.forget();
    return this.#enqueue(async () => {
      await this.#stop();
      const settings = readSettings();
      if (settings.enable) await this.#start(settings);
      else this.#become({ kind: "off" });
    });
  }

  stop(): Promise<void> {
    return this.#enqueue(() => this.#stop());
  }

  /** Follows `bailiwick.trace.server`. */
  followTrace(): void {
    this.#trace.turn(readSettings().traceServer !== "off");
  }

  /** Has the editor ask for code lenses anew; the server cannot know what each folder wants. */
  refreshLenses(): void {
    const feature = this.client?.getFeature(CodeLensRequest.method);
    for (const document of vscode.workspace.textDocuments) {
      feature?.getProvider(document)?.onDidChangeCodeLensEmitter.fire();
    }
  }

  dispose(): void {
    this.#changes.dispose();
    this.#trace.dispose();
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(work).catch((error) => this.#fail(messageOf(error)));
    return this.#queue;
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#progress.clear();
    if (client === undefined) return;
    try {
      await client.dispose();
    } catch (error) {
      this.#log.warn(`The server did not stop as it should: ${error}`);
    }
  }

  async #start(settings: Settings): Promise<void> {
    this.#become({ kind: "starting" });
    const discovery = await this.#discover(settings);
    this.#discovery = discovery;
    for (const line of discovery.trail) this.#log.info(line);
    const { found } = discovery;
    if (found === undefined) {
      this.#fail(discovery.failure ?? "No Bailiwick was found.");
      return;
    }
    const [command = "", ...args] = [...found.command, "server", ...settings.args];
    this.#log.info(`Starting ${[command, ...args].join(" ")}`);
    this.followTrace();
    const client: LanguageClient = new QuietClient(
      SECTION,
      "Bailiwick",
      { command, args, options: { cwd: await this.#folder() } },
      this.#options(() => this.#ended(client, "it ended unasked")),
    );
    this.#client = client;
    try {
      await client.start();
      if (this.#client === client && client.state === State.Running) this.#become(this.#running());
    } catch (error) {
      this.#ended(client, messageOf(error));
    }
  }

  async #discover(settings: Settings): Promise<Discovery> {
    const trusted = vscode.workspace.isTrusted;
    const tool = join(this.#context.extensionPath, "bundled", "tool");
    const folders = vscode.workspace.workspaceFolders ?? [];
    const candidates = interpreters({
      platform: process.platform,
      environment: process.env,
      folders: folders.map((folder) => folder.uri.fsPath),
      trusted,
      setting: settings.interpreter,
      selected: trusted ? await selectedInterpreter(folders[0]?.uri, this.#log) : undefined,
      isFile,
      join,
      realPath,
    });
    return discover(
      {
        path: settings.path,
        importStrategy: trusted ? settings.importStrategy : "useBundled",
        interpreters: candidates,
      },
      machine(join(tool, "probe.py"), !trusted),
      {
        launcher: join(tool, "launch.py"),
        compiled: join(this.#context.globalStorageUri.fsPath, "compiled"),
        isolated: !trusted,
      },
    );
  }

  /** Where the server runs: relative paths in `args` mean the workspace's, but not an untrusted one's. */
  async #folder(): Promise<string> {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    if (vscode.workspace.isTrusted && folder?.scheme === "file") return folder.fsPath;
    const storage = this.#context.globalStorageUri.fsPath;
    await mkdir(storage, { recursive: true });
    return storage;
  }

  #options(closed: () => void): LanguageClientOptions {
    return {
      documentSelector: DOCUMENTS,
      outputChannel: this.#log,
      traceOutputChannel: this.#trace,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: () => ({ settings: told() }),
      synchronize: { configurationSection: SECTION },
      errorHandler: this.#errorHandler(closed),
      initializationFailedHandler: () => false,
      markdown: { supportHtml: false, isTrusted: { enabledCommands: [] } },
      middleware: {
        handleDiagnostics: (uri, diagnostics, next) => {
          next(uri, findings(uri, diagnostics));
          this.#changes.fire();
        },
        provideDiagnostics: async (document, previous, token, next) => {
          const report = await next(document, previous, token);
          if (report && "items" in report) {
            report.items = findings("uri" in document ? document.uri : document, report.items);
          }
          this.#changes.fire();
          return report;
        },
        provideWorkspaceDiagnostics: (ids, token, reporter, next) =>
          next(ids, token, (chunk) => {
            for (const report of chunk?.items ?? []) {
              if ("items" in report) report.items = findings(report.uri, report.items);
            }
            reporter(chunk);
          }),
        sendNotification: async (type, next, params) => {
          await next(type, params);
          // What the policy says may be another thing now, with the findings as they were.
          const method = typeof type === "string" ? type : type.method;
          if (CHANGING.has(method)) this.#changes.fire();
        },
        provideCodeLenses: (document, token, next) =>
          vscode.workspace.getConfiguration(SECTION, document).get("codeLens", false)
            ? next(document, token)
            : [],
        workspace: {
          // One server has all folders, and asks once for all of them.
          configuration: ({ items }) => items.map(told),
          didChangeConfiguration: async () =>
            this.client?.sendNotification(DidChangeConfigurationNotification.type, {
              settings: null,
            }),
        },
        handleWorkDoneProgress: (token, params, next) => {
          if (params.kind === "begin") this.#progress.set(token, params.title);
          else if (params.kind === "end") this.#progress.delete(token);
          if (this.#state.kind === "running") this.#become(this.#running());
          next(token, params);
        },
      },
    };
  }

  /** What becomes of a server that ends unasked is decided here, and not by the client. */
  #errorHandler(closed: () => void): ErrorHandler {
    return {
      error: (error, _message, count) => {
        this.#log.error(`The connection to the server fails (${count ?? 0}): ${error.message}`);
        return { action: ErrorAction.Continue, handled: true };
      },
      closed: () => {
        closed();
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    };
  }

  /** A server is not there any more; the first word of it counts, from whatever side it comes. */
  #ended(client: LanguageClient, reason: string): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    if (this.#crashes.mayRestart(Date.now())) {
      this.#log.warn(`The server is started again: ${reason}.`);
      this.#become({ kind: "starting" });
      void this.#enqueue(() => this.#revive());
    } else {
      this.#fail("The server has ended five times in three minutes and is not started again.");
    }
  }

  async #revive(): Promise<void> {
    // Somebody may have restarted it by hand in the meantime, or turned it off.
    const settings = readSettings();
    if (this.#client === undefined && settings.enable) await this.#start(settings);
  }

  #running(): ServerState {
    return { kind: "running", busy: [...this.#progress.values()].at(-1) };
  }

  #fail(reason: string): void {
    this.#log.error(reason);
    this.#become({ kind: "failed", reason });
    void vscode.window.showErrorMessage(`Bailiwick: ${reason}`, "Show Log").then((choice) => {
      if (choice !== undefined) this.#log.show();
    });
  }

  #become(state: ServerState): void {
    if (state.kind !== "running") this.#progress.clear();
    this.#state = state;
    this.#changes.fire();
  }
}

/** A client that writes into its log what it would pop up; what a user has to know, the server says. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  override info(message: string, data?: unknown): void {
    super.info(message, data, false);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
