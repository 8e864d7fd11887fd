/** The interpreter that the Python extension has selected. Nothing here needs that extension. */

import { PVSC_EXTENSION_ID, type PythonExtension } from "@vscode/python-extension";
import * as vscode from "vscode";

/** The interpreter for a folder; `undefined` where there is no Python extension or it knows none. */
export async function selectedInterpreter(
  folder: vscode.Uri | undefined,
  log: vscode.LogOutputChannel,
): Promise<readonly string[] | undefined> {
  try {
    const api = await pythonExtension();
    if (api === undefined) return undefined;
    const path = api.environments.getActiveEnvironmentPath(folder);
    const environment = await api.environments.resolveEnvironment(path);
    const program = environment?.executable.uri?.fsPath;
    return program === undefined ? undefined : [program];
  } catch (error) {
    log.warn(`The Python extension does not say which interpreter it has selected: ${error}`);
    return undefined;
  }
}

/** Calls back when another interpreter is selected. */
export async function watchSelection(
  changed: () => void,
  log: vscode.LogOutputChannel,
): Promise<vscode.Disposable | undefined> {
  try {
    const api = await pythonExtension();
    return api?.environments.onDidChangeActiveEnvironmentPath(changed);
  } catch (error) {
    log.warn(`The Python extension could not be asked: ${error}`);
    return undefined;
  }
}

async function pythonExtension(): Promise<PythonExtension | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>(PVSC_EXTENSION_ID);
  if (extension === undefined) return undefined;
  const api = extension.isActive ? extension.exports : await extension.activate();
  await api.ready;
  return api;
}
