/// <reference lib="dom" />
/** A real Visual Studio Code in a real browser, on folders of its own, with nothing of the user's. */

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { PATIENCE, until } from "../until.ts";

const run = promisify(execFile);

/** Where the workbench's parts are, as scripts/toolchain.py says it. */
export interface Parts {
  readonly node: string;
  readonly codeServer: string;
  readonly browser: string;
}

/** Settings that keep the pictures free of what is not ours, and the workbench from asking around. */
const QUIET = {
  "chat.disableAIFeatures": true,
  "editor.fontFamily": "'DejaVu Sans Mono'",
  "editor.fontSize": 14,
  "editor.minimap.enabled": false,
  "editor.occurrencesHighlight": "off",
  "editor.renderLineHighlight": "none",
  "editor.wordBasedSuggestions": "off",
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "files.autoSave": "off",
  "files.simpleDialog.enable": true,
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "window.commandCenter": false,
  "window.menuBarVisibility": "compact",
  "workbench.colorTheme": "Default Light Modern",
  "workbench.editor.enablePreview": false,
  "workbench.layoutControl.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

/** The browser of a test run, and the extensions that each workbench of the run has. */
export class Laboratory {
  readonly parts: Parts;
  readonly browser: Browser;
  readonly extensions: string;
  readonly #folder: string;

  private constructor(parts: Parts, browser: Browser, folder: string) {
    this.parts = parts;
    this.browser = browser;
    this.#folder = folder;
    this.extensions = join(folder, "extensions");
  }

  /** Starts the browser, and installs the extensions as `code --install-extension` does. */
  static async open(parts: Parts, vsixes: readonly string[]): Promise<Laboratory> {
    const folder = await mkdtemp(join(tmpdir(), "bailiwick-workbench-"));
    const browser = await chromium.launch({
      executablePath: parts.browser,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-quic",
        "--disable-sync",
        "--no-first-run",
      ],
    });
    const laboratory = new Laboratory(parts, browser, folder);
    for (const vsix of vsixes) {
      await run(parts.node, [
        entry(parts),
        "--config",
        await laboratory.#config(),
        "--extensions-dir",
        laboratory.extensions,
        "--user-data-dir",
        join(folder, "installing"),
        "--install-extension",
        vsix,
      ]);
    }
    return laboratory;
  }

  /** Opens a folder, or a `.code-workspace`; with `file`, an absolute path, also that at once. */
  async workbench(target: string, settings: object = {}, file?: string): Promise<Workbench> {
    const user = await this.#user(settings);
    const [server, address] = await served(
      this.parts,
      [
        entry(this.parts),
        ...["--auth", "none", "--bind-addr", "127.0.0.1:0", "--config", await this.#config()],
        ...["--user-data-dir", user, "--extensions-dir", this.extensions],
        ...["--disable-telemetry", "--disable-update-check", "--disable-getting-started-override"],
      ],
      user,
      {},
    );
    const context = await this.browser.newContext({ viewport: { width: 1200, height: 760 } });
    const page = await context.newPage();
    const payload = file === undefined ? [] : [["openFile", remote(address, file)]];
    await page.goto(opened(address, target, payload), { timeout: PATIENCE });
    await page.locator(".monaco-workbench .statusbar").waitFor({ timeout: PATIENCE });
    return new Workbench(page, server, user);
  }

  /**
   * Runs a module in the extension host of a window on a folder or a `.code-workspace`: as the editor's
   * own tests of that kind do, in its server without code-server around it. The module lies in the folder
   * of an extension, which is there besides the installed ones; an address may name no more than one.
   * Gives the exit code, and what the window wrote into its console.
   */
  async host(
    target: string,
    module: string,
    extension: string,
    settings: object,
    environment: NodeJS.ProcessEnv,
  ): Promise<{ code: number; said: string }> {
    const user = await this.#user(settings);
    const [server, address] = await served(
      this.parts,
      [
        join(this.parts.codeServer, "lib", "vscode", "out", "server-main.js"),
        ...["--host", "127.0.0.1", "--port", "0", "--without-connection-token"],
        ...["--accept-server-license-terms", "--enable-smoke-test-driver"],
        ...["--user-data-dir", user, "--extensions-dir", this.extensions],
        ...["--server-data-dir", user, "--telemetry-level", "off"],
      ],
      user,
      environment,
    );
    const context = await this.browser.newContext({ viewport: { width: 1200, height: 760 } });
    try {
      await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: address });
      const page = await context.newPage();
      const said: string[] = [];
      page.on("console", (message) => said.push(message.text()));
      const ended = new Promise<number>((resolve, reject) => {
        server.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
        void page.exposeFunction("codeAutomationExit", resolve);
      });
      const payload = [
        ["extensionDevelopmentPath", remote(address, extension)],
        ["extensionTestsPath", remote(address, module)],
      ];
      await page.goto(opened(address, target, payload), { timeout: PATIENCE });
      const code = await ended;
      server.removeAllListeners("exit");
      return { code, said: said.join("\n") };
    } finally {
      await context.close();
      await ending(server);
    }
  }

  async #user(settings: object): Promise<string> {
    const user = await mkdtemp(join(this.#folder, "user-"));
    await mkdir(join(user, "User"), { recursive: true });
    await writeFile(
      join(user, "User", "settings.json"),
      JSON.stringify({ ...QUIET, ...settings }, undefined, 2),
    );
    return user;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async #config(): Promise<string> {
    const file = join(this.#folder, "config.yaml");
    await writeFile(file, "cert: false\n");
    return file;
  }
}

/** One window. */
export class Workbench {
  readonly page: Page;
  readonly user: string;
  readonly #server: ChildProcess;

  constructor(page: Page, server: ChildProcess, user: string) {
    this.page = page;
    this.user = user;
    this.#server = server;
  }

  /** The item of our extension in the status bar. */
  get status(): Locator {
    return this.page.locator('.statusbar-item[id="bailiwick.bailiwick.status"]');
  }

  /** Opens a file by its path in its folder, as one does with Ctrl+P; of several folders, in which. */
  async open(path: string, folder?: string): Promise<void> {
    const parts = [...(folder === undefined ? [] : [folder]), ...path.split("/")];
    let crumbs = this.page.locator(".editor-group-container.active .breadcrumbs-control");
    for (const part of parts) crumbs = crumbs.filter({ hasText: part });
    await this.#pick(path, this.#row(parts), async () => {
      await crumbs.waitFor({ timeout: 10_000 });
      await this.#focused().waitFor({ timeout: 10_000 });
    });
    await this.page.locator(".editor-instance .view-line").first().waitFor({ timeout: PATIENCE });
  }

  /** Runs a command by its title. */
  async command(title: string): Promise<void> {
    const label = this.page.locator(".monaco-icon-label").getByText(title, { exact: true });
    await this.#pick(`>${title}`, this.#row([]).filter({ has: label }));
  }

  /** Puts the cursor to a place; both count from 1. */
  async goTo(line: number, column: number): Promise<void> {
    const place = this.page.locator(".statusbar-item", { hasText: `Ln ${line}, Col ${column}` });
    await this.#pick(`:${line}:${column}`, undefined, async () => {
      await place.waitFor({ timeout: 10_000 });
      await this.#focused().waitFor({ timeout: 10_000 });
    });
  }

  #focused(): Locator {
    return this.page.locator(".editor-group-container.active .monaco-editor.focused");
  }

  #row(parts: readonly string[]): Locator {
    let row = this.page.locator(".quick-input-list .monaco-list-row");
    for (const part of parts) row = row.filter({ hasText: part });
    return row;
  }

  /**
   * Types into the quick input and takes a row, or presses Enter. An editor that is still opening may
   * take the focus away, and the input is gone: then once more, until `done`.
   */
  async #pick(text: string, row?: Locator, done?: () => Promise<void>): Promise<void> {
    const input = this.page.locator(".quick-input-widget input");
    await until(
      async () => {
        try {
          await this.page.keyboard.press("Control+p");
          await input.fill(text, { timeout: 2_000 });
          if (row === undefined) await input.press("Enter", { timeout: 2_000 });
          else await row.first().click({ timeout: 10_000 });
          await done?.();
          return true;
        } catch {
          await this.page.keyboard.press("Escape");
          return false;
        }
      },
      Boolean,
      `something to pick for ${text}`,
    );
  }

  /**
   * What is underlined in the active editor, read off the screen: the characters that stand above each
   * squiggle, of the squiggles of one severity, from top to bottom.
   */
  async underlined(severity: "error" | "warning" | "info" | "hint" = "error"): Promise<string[]> {
    return this.page.evaluate(readUnderlined, severity);
  }

  /** Waits until just this is underlined, from top to bottom. */
  async showsUnderlined(
    expected: readonly string[],
    severity: "error" | "warning" | "info" | "hint" = "error",
  ): Promise<void> {
    const wanted = JSON.stringify(expected);
    await until(
      () => this.underlined(severity),
      (seen) => JSON.stringify(seen) === wanted,
      `${wanted} underlined as ${severity}`,
    );
  }

  /** Shows the Problems view and gives its rows as text, files and findings alike. */
  async problems(): Promise<Locator> {
    const rows = this.page.locator(".markers-panel .monaco-list-row");
    if (!(await this.page.locator(".markers-panel").isVisible())) {
      await this.command("View: Toggle Problems");
      await this.page.locator(".markers-panel").waitFor({ timeout: PATIENCE });
    }
    return rows;
  }

  /** The badge of a file that the Explorer shows, by its name; "" if it has none. */
  async badge(name: string): Promise<string> {
    const label = this.page.locator(".explorer-folders-view .monaco-icon-label", { hasText: name });
    return label
      .first()
      .evaluate((element) => getComputedStyle(element, "::after").content.replaceAll('"', ""));
  }

  /** Closes all editors, and whatever was typed is gone. */
  async clear(): Promise<void> {
    await this.command("View: Revert and Close Editor");
    await this.command("View: Close All Editors");
    await this.page
      .locator(".tabs-container .tab")
      .waitFor({ state: "detached", timeout: PATIENCE });
  }

  async close(): Promise<void> {
    await this.page.context().close();
    await ending(this.#server);
  }
}

function entry(parts: Parts): string {
  return join(parts.codeServer, "out", "node", "entry.js");
}

/** Nothing of the user's settings for Python or for the workbench gets in. */
function cleanEnvironment(folder: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(PYTHON|VIRTUAL_ENV|VSCODE_|NODE_OPTIONS|NODE_TEST)/.test(name),
  );
  return { ...Object.fromEntries(kept), XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder };
}

/** Starts a server, in a group of its own, since it starts processes that outlive it for a while. */
async function served(
  parts: Parts,
  args: readonly string[],
  user: string,
  environment: NodeJS.ProcessEnv,
): Promise<[ChildProcess, string]> {
  const server = spawn(parts.node, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...cleanEnvironment(user), ...environment },
    detached: true,
  });
  server.stderr.pipe(createWriteStream(join(user, "server.log")));
  return [server, await listening(server)];
}

/** The server's address, when it has said it. */
async function listening(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const late = setTimeout(
      () => reject(new Error(`the workbench does not start: ${said}`)),
      PATIENCE,
    );
    server.once("exit", (code) => reject(new Error(`the workbench ended with ${code}: ${said}`)));
    server.stdout?.on("data", (chunk) => {
      said += chunk;
      const [, port] =
        /(?:listening on http:.*?:|Web UI available at http:.*?:)(\d+)/.exec(said) ?? [];
      if (port !== undefined) {
        clearTimeout(late);
        resolve(`http://127.0.0.1:${port}`);
      }
    });
  });
}

/** Ends a server and all that it has started. */
async function ending(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const ended = new Promise((resolve) => server.once("close", resolve));
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(-(server.pid ?? 0), name);
    } catch {
      // The group is gone.
    }
  };
  signal("SIGTERM");
  const late = setTimeout(() => signal("SIGKILL"), 5_000);
  await ended;
  clearTimeout(late);
}

/** The address of a page on a folder, or on a `.code-workspace`. */
function opened(address: string, target: string, payload: readonly (readonly string[])[]): string {
  const kind = target.endsWith(".code-workspace") ? "workspace" : "folder";
  const query = new URLSearchParams({ [kind]: target });
  if (payload.length > 0) query.set("payload", JSON.stringify(payload));
  return `${address}/?${query}`;
}

/** The address of a file, as the page knows it. */
function remote(address: string, file: string): string {
  return `vscode-remote://${new URL(address).host}${file}`;
}

/** Runs in the page. */
function readUnderlined(severity: string): string[] {
  const editor = document.querySelector(".editor-group-container.active .monaco-editor");
  if (editor === null) return [];
  const marks = [...editor.querySelectorAll(`.view-overlays .squiggly-${severity}`)].sort(
    (one, other) => {
      const [first, second] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
      return first.top - second.top || first.left - second.left;
    },
  );
  const lines = [...editor.querySelectorAll(".view-lines .view-line")];
  const range = document.createRange();
  return marks.map((mark) => {
    const box = mark.getBoundingClientRect();
    const line = lines.find((candidate) => {
      const { top, bottom } = candidate.getBoundingClientRect();
      const middle = (box.top + box.bottom) / 2;
      return top <= middle && middle <= bottom;
    });
    if (line === undefined) return "";
    let text = "";
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      for (let index = 0; index < (node.textContent ?? "").length; index++) {
        range.setStart(node, index);
        range.setEnd(node, index + 1);
        const { left, right } = range.getBoundingClientRect();
        const middle = (left + right) / 2;
        if (box.left <= middle && middle <= box.right) text += node.textContent?.[index];
      }
    }
    return text.replaceAll("\u00a0", " ");
  });
}
