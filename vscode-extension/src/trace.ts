/** The output channel for what editor and server say to each other. */

import * as vscode from "vscode";

/**
 * A log channel whose level is the setting `bailiwick.trace.server` and no other: the client asks the
 * channel whether to trace, and a user who set that wants to see it without a second switch. The
 * channel appears in the list of outputs when there is something in it.
 */
export class TraceChannel implements vscode.LogOutputChannel {
  readonly name = "Bailiwick Trace";
  readonly #levels = new vscode.EventEmitter<vscode.LogLevel>();
  readonly onDidChangeLogLevel = this.#levels.event;
  #on = false;
  #channel: vscode.OutputChannel | undefined;

  get logLevel(): vscode.LogLevel {
    return this.#on ? vscode.LogLevel.Trace : vscode.LogLevel.Off;
  }

  /** Turns tracing on or off, also of a server that runs. */
  turn(on: boolean): void {
    this.#on = on;
    this.#levels.fire(this.logLevel);
  }

  trace(message: string, ...more: unknown[]): void {
    this.#write(message, more);
  }
  debug(message: string, ...more: unknown[]): void {
    this.#write(message, more);
  }
  info(message: string, ...more: unknown[]): void {
    this.#write(message, more);
  }
  warn(message: string, ...more: unknown[]): void {
    this.#write(message, more);
  }
  error(message: string | Error, ...more: unknown[]): void {
    this.#write(String(message), more);
  }
  append(value: string): void {
    this.#lazily().append(value);
  }
  appendLine(value: string): void {
    this.#lazily().appendLine(value);
  }
  replace(value: string): void {
    this.#lazily().replace(value);
  }
  clear(): void {
    this.#channel?.clear();
  }
  show(): void {
    this.#lazily().show(true);
  }
  hide(): void {
    this.#channel?.hide();
  }
  dispose(): void {
    this.#levels.dispose();
    this.#channel?.dispose();
  }

  #write(message: string, more: readonly unknown[]): void {
    if (!this.#on) return;
    this.appendLine([new Date().toISOString(), message, ...more.map(String)].join(" "));
  }

  #lazily(): vscode.OutputChannel {
    this.#channel ??= vscode.window.createOutputChannel(this.name);
    return this.#channel;
  }
}
