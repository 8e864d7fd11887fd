/** The server's diagnostics, made fit for this editor. */

import * as vscode from "vscode";
import { ruleLinked } from "./ruleLinks.ts";
import { SECTION } from "./settings.ts";
import { type Look, lookOf } from "./severity.ts";

const SEVERITIES: Record<Exclude<Look, "off">, vscode.DiagnosticSeverity> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

/** What is shown of a file's findings: with links, and as `bailiwick.severity` wants them to look. */
export function findings(uri: vscode.Uri, diagnostics: vscode.Diagnostic[]): vscode.Diagnostic[] {
  const setting = vscode.workspace
    .getConfiguration(SECTION, uri)
    .get<Record<string, Look>>("severity", {});
  return diagnostics.map(ruleLinked).filter((diagnostic) => {
    const { code } = diagnostic;
    const look = lookOf(String(typeof code === "object" ? code.value : code), setting);
    if (look !== undefined && look !== "off") diagnostic.severity = SEVERITIES[look];
    return look !== "off";
  });
}
