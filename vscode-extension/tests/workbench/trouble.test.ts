/** What is seen when something is not as it should be: no trust, a broken policy, a server that dies. */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PATIENCE, until } from "../until.ts";
import { Ground } from "./ground.ts";

let ground: Ground;

before(async () => {
  ground = await Ground.prepare();
});
after(() => ground?.clear());

test("in Restricted Mode the copy judges, and nothing from the workspace is run", async () => {
  const folder = await ground.project("untrusted");
  const trace = join(folder, "was-run");
  const program = join(folder, ".venv", "bin", "python");
  await mkdir(join(folder, ".venv", "bin"), { recursive: true });
  await writeFile(program, `#!/bin/sh\ntouch '${trace}'\nexec python3 "$@"\n`);
  await chmod(program, 0o755);
  await mkdir(join(folder, ".vscode"));
  await writeFile(
    join(folder, ".vscode", "settings.json"),
    JSON.stringify({ "bailiwick.path": [program], "bailiwick.interpreter": [program] }),
  );
  // A module that would be imported in the place of Bailiwick's own if the folder were on the path.
  await writeFile(join(folder, "attrs.py"), `open(${JSON.stringify(trace)}, "w")\n`);
  const settings = {
    "security.workspace.trust.enabled": true,
    "security.workspace.trust.startupPrompt": "never",
  };
  await ground.in(
    folder,
    "untrusted",
    async (bench) => {
      await bench.open("virt/metal/driver.py");
      await bench.showsUnderlined(["disks"]);
      await bench.status.hover();
      await bench.page
        .locator(".monaco-hover", { hasText: "Restricted Mode: the copy" })
        .waitFor({ timeout: PATIENCE });
      await ground.picture(bench, "restricted");
      assert.equal(existsSync(trace), false);
    },
    settings,
  );
});

test("a policy that breaks is said, and the last good one stays in force", async () => {
  await ground.with("broken", async (bench, folder) => {
    await bench.open("virt/metal/driver.py");
    await bench.showsUnderlined(["disks"]);
    const policy = join(folder, "bailiwick.toml");
    const good = await readFile(policy, "utf8");
    await writeFile(policy, good.replace("[subsystem.metal]", "[subsystem.metal"));
    await bench.status
      .filter({ has: bench.page.locator(".codicon-warning") })
      .waitFor({ timeout: PATIENCE });
    await bench.showsUnderlined(["disks"]);
    await bench.status.hover();
    await bench.page
      .locator(".monaco-hover", { hasText: "the last good one stays in force" })
      .waitFor({ timeout: PATIENCE });
    await ground.picture(bench, "broken-policy");
    const lax = good
      .replace("independent = true", "independent = false")
      .replace('modules = ["virt.metal"]\nuses = [', 'modules = ["virt.metal"]\nuses = ["qemu", ');
    await writeFile(policy, lax);
    await bench.showsUnderlined([]);
  });
});

test("a server that dies again and again is left alone, with one message and the log", async () => {
  await ground.with("dying", async (bench) => {
    await bench.open("virt/metal/driver.py");
    await bench.showsUnderlined(["disks"]);
    const killed = new Set<number>();
    while (killed.size < 5) {
      const [next] = await until(
        async () => ground.servers.filter((id) => !killed.has(id)),
        (ids) => ids.length > 0,
        "a server to kill",
      );
      assert.ok(next !== undefined);
      killed.add(next);
      process.kill(next, "SIGKILL"); // at any moment, also while it starts
    }
    const toasts = bench.page.locator(".notification-toast");
    await toasts.filter({ hasText: "is not started again" }).waitFor({ timeout: PATIENCE });
    assert.equal(await toasts.count(), 1);
    assert.deepEqual(
      ground.servers.filter((id) => !killed.has(id)),
      [],
    );
    await ground.picture(bench, "given-up");
    await toasts.getByText("Show Log").click();
    await bench.page.locator(".part.panel .view-line").first().waitFor({ timeout: PATIENCE });
    await bench.command("Bailiwick: Restart the Server");
    await bench.status.filter({ hasText: "metal" }).waitFor({ timeout: PATIENCE });
  });
});
