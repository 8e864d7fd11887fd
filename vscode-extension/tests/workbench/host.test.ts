/** Runs what lies in tests/host, in the extension host of a real Visual Studio Code. */

import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { Ground, pythonStandIn, tomlStandIn } from "./ground.ts";

let ground: Ground;

before(async () => {
  ground = await Ground.prepare();
});
after(() => ground?.clear());

test("on the example, by the editor's own API", async (t) => {
  await ground.hosted(t, "shop", await ground.project("shop"));
});

test("with the Python extension and Even Better TOML", async (t) => {
  const around = await mkdtemp(join(tmpdir(), "bailiwick-python-"));
  const beside = await Ground.prepare([
    await pythonStandIn(join(around, "python")),
    await tomlStandIn(join(around, "toml")),
  ]);
  try {
    const program = join(around, "bailiwick");
    await writeFile(program, `#!/bin/sh\nexec '${ground.python}' -m bailiwick_hooks "$@"\n`);
    await chmod(program, 0o755);
    await beside.hosted(t, "python", await beside.project("python"), {
      environment: {
        BAILIWICK_WITH: ground.environment(join(around, "with"), true),
        BAILIWICK_WITHOUT: ground.environment(join(around, "without"), false),
        BAILIWICK_PROGRAM: program,
      },
    });
    await beside.hosted(t, "toml", await beside.project("toml"));
  } finally {
    await beside.clear();
    await rm(around, { recursive: true, force: true });
  }
});

test("in Restricted Mode, by the editor's own API", async (t) => {
  const folder = await ground.project("untrusted");
  await mkdir(join(folder, ".vscode"));
  const unwanted = {
    "bailiwick.path": ["/no/such/program"],
    "bailiwick.interpreter": ["/no/such/python"],
    "bailiwick.importStrategy": "fromEnvironment",
    "bailiwick.args": ["--no-such-argument"],
    "bailiwick.severity": { BW: "hint" },
  };
  await writeFile(join(folder, ".vscode", "settings.json"), JSON.stringify(unwanted));
  ground.environment(join(folder, ".venv"), true);
  await ground.hosted(t, "untrusted", folder, {
    settings: {
      "security.workspace.trust.enabled": true,
      "security.workspace.trust.startupPrompt": "never",
    },
  });
});

test("with several folders, by the editor's own API", async (t) => {
  const [one, other] = [await ground.project("one"), await ground.project("other")];
  const lax = '[subsystem.all]\nmodules = ["virt", "compute"]\nowners = ["everybody"]\n';
  await writeFile(join(other, "bailiwick.toml"), lax);
  const workspace = join(dirname(one), "both.code-workspace");
  await writeFile(workspace, JSON.stringify({ folders: [{ path: one }, { path: other }] }));
  await ground.hosted(t, "folders", workspace);
});

test("without a policy, by the editor's own API", async (t) => {
  const folder = await ground.project("lawless");
  await rm(join(folder, "bailiwick.toml"));
  await rm(join(folder, "bailiwick-baseline.toml"));
  await ground.hosted(t, "lawless", folder);
});
