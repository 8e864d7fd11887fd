/// <reference lib="dom" />
/** A real Visual Studio Code in a real browser, on folders of its own, with nothing of the user's. */

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";

const run = promisify(execFile);

/** Where the workbench's parts are, as scripts/toolchain.py says it. */
export interface Parts {
  readonly node: string;
  readonly codeServer: string;
  readonly browser: string;
}

/** How long anything may take on a slow machine, in milliseconds. */
export const PATIENCE = Number(process.env.BAILIWICK_PATIENCE ?? 90_000);

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
    const user = await mkdtemp(join(this.#folder, "user-"));
    await mkdir(join(user, "User"), { recursive: true });
    await writeFile(
      join(user, "User", "settings.json"),
      JSON.stringify({ ...QUIET, ...settings }, undefined, 2),
    );
    const server = spawn(
      this.parts.node,
      [
        entry(this.parts),
        ...["--auth", "none", "--bind-addr", "127.0.0.1:0", "--config", await this.#config()],
        ...["--user-data-dir", user, "--extensions-dir", this.extensions],
        ...["--disable-telemetry", "--disable-update-check", "--disable-getting-started-override"],
      ],
      // A group of its own, since it starts processes that outlive it for a while.
      { stdio: ["ignore", "pipe", "pipe"], env: cleanEnvironment(user), detached: true },
    );
    const log = createWriteStream(join(user, "code-server.log"));
    server.stderr.pipe(log);
    const address = await listening(server);
    const context = await this.browser.newContext({ viewport: { width: 1200, height: 760 } });
    const page = await context.newPage();
    const kind = target.endsWith(".code-workspace") ? "workspace" : "folder";
    const query = new URLSearchParams({ [kind]: target });
    if (file !== undefined) {
      query.set(
        "payload",
        JSON.stringify([["openFile", `vscode-remote://${new URL(address).host}${file}`]]),
      );
    }
    await page.goto(`${address}/?${query}`, { timeout: PATIENCE });
    await page.locator(".monaco-workbench .statusbar").waitFor({ timeout: PATIENCE });
    return new Workbench(page, server, user);
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
    const ended = new Promise((resolve) => this.#server.once("close", resolve));
    const signal = (name: NodeJS.Signals) => {
      try {
        process.kill(-(this.#server.pid ?? 0), name);
      } catch {
        // The group is gone.
      }
    };
    signal("SIGTERM");
    const late = setTimeout(() => signal("SIGKILL"), 5_000);
    await ended;
    clearTimeout(late);
  }
}

/** Looks again and again until what is seen is as wanted. */
export async function until<T>(
  look: () => Promise<T>,
  holds: (seen: T) => boolean,
  what: string,
): Promise<T> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > deadline) {
      throw new Error(
        `${what}: not within ${PATIENCE / 1000} s; last seen ${JSON.stringify(seen)}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
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
      const address = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1];
      if (address !== undefined) {
        clearTimeout(late);
        resolve(address);
      }
    });
  });
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
