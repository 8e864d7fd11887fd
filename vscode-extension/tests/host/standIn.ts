/**
 * An extension with the name of the Python extension, and as much of its API as ours asks for: the
 * interpreter that is selected is whatever a test says. Typed by the API's own declarations.
 */

import type { PythonExtension } from "@vscode/python-extension";
import * as vscode from "vscode";

type Environments = PythonExtension["environments"];
type Asked = Pick<
  Environments,
  | "getActiveEnvironmentPath"
  | "resolveEnvironment"
  | "updateActiveEnvironmentPath"
  | "onDidChangeActiveEnvironmentPath"
>;

/** What a test selects to have every answer fail. */
const FAILING = "fail";

export function activate(): { ready: Promise<void>; environments: Asked } {
  const changes = new vscode.EventEmitter<{
    id: string;
    path: string;
    resource: vscode.Uri | vscode.WorkspaceFolder | undefined;
  }>();
  let selected = "";
  return {
    ready: Promise.resolve(),
    environments: {
      onDidChangeActiveEnvironmentPath: changes.event,
      getActiveEnvironmentPath: () => ({ id: selected, path: selected }),
      async resolveEnvironment(environment) {
        const path = typeof environment === "string" ? environment : environment.path;
        if (path === FAILING) throw new Error("the Python extension fails");
        if (path === "") return undefined;
        return {
          id: path,
          path,
          executable: { uri: vscode.Uri.file(path), bitness: "64-bit", sysPrefix: path },
          environment: undefined,
          version: undefined,
          tools: [],
        };
      },
      async updateActiveEnvironmentPath(environment, resource) {
        selected = typeof environment === "string" ? environment : environment.path;
        changes.fire({ id: selected, path: selected, resource });
      },
    },
  };
}
