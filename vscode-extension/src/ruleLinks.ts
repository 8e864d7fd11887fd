/** Findings whose code leads to the page of their rule. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { codeOf, linkedPage, pagePath, SCHEME } from "./rulePages.ts";

/** Leads the code of a finding to the page that comes with the extension, to be shown set for reading. */
export function ruleLinked(diagnostic: vscode.Diagnostic): vscode.Diagnostic {
  const { code } = diagnostic;
  const value = typeof code === "object" ? code.value : code;
  const path = value === undefined ? undefined : pagePath(String(value));
  if (value !== undefined && path !== undefined) {
    diagnostic.code = { value, target: vscode.Uri.from({ scheme: SCHEME, path }) };
  }
  return diagnostic;
}

/** Serves the pages under their own scheme. */
export class RulePages implements vscode.TextDocumentContentProvider {
  readonly #folder: string;

  constructor(context: vscode.ExtensionContext) {
    this.#folder = join(context.extensionPath, "dist", "rules");
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const code = codeOf(uri.path);
    if (code === undefined) return "";
    try {
      return linkedPage(await readFile(join(this.#folder, `${code}.md`), "utf8"));
    } catch {
      return `# ${code}\n\nThis version of the extension has no page for this rule.\n`;
    }
  }
}
