/**
 * The policy's JSON Schema, for Even Better TOML. That extension takes absolute addresses only, and ours
 * lies in another folder with each version: so a copy is kept where it stays, and its address is written
 * into that extension's settings when somebody asks for it.
 */

import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { type Associations, associated, isAssociated } from "./tomlAssociations.ts";

const TOML_EXTENSION = "tamasfe.even-better-toml";
const SETTING = "evenBetterToml.schema.associations";

/** Has Even Better TOML know what may stand in a `bailiwick.toml`, or says why it can't. */
export async function associateSchema(context: vscode.ExtensionContext): Promise<void> {
  if (vscode.extensions.getExtension(TOML_EXTENSION) === undefined) {
    void vscode.window.showInformationMessage(
      "Even Better TOML is not installed. Bailiwick checks and completes its policy without it.",
    );
    return;
  }
  const schema = await renewed(context);
  const section = vscode.workspace.getConfiguration();
  const known = section.inspect<Associations>(SETTING)?.globalValue ?? {};
  const wanted = associated(known, schema.toString());
  await section.update(SETTING, wanted, vscode.ConfigurationTarget.Global);
}

/** Puts the schema of this version in the place of an older one, if it is in use. */
export async function renewSchema(context: vscode.ExtensionContext): Promise<void> {
  const known = vscode.workspace.getConfiguration().get<Associations>(SETTING);
  if (isAssociated(known)) await renewed(context);
}

async function renewed(context: vscode.ExtensionContext): Promise<vscode.Uri> {
  const storage = context.globalStorageUri.fsPath;
  await mkdir(storage, { recursive: true });
  const place = join(storage, "policy.schema.json");
  await copyFile(join(context.extensionPath, "dist", "policy.schema.json"), place);
  return vscode.Uri.file(place);
}
