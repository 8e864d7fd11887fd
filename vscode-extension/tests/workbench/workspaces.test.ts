/** What the extension makes of workspaces: several folders, an environment of their own, a Python extension. */

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { PATIENCE, until } from "../until.ts";
import { Ground } from "./ground.ts";

let ground: Ground;

before(async () => {
  ground = await Ground.prepare();
});
after(() => ground?.clear());

test("each folder of a workspace is held to its own policy, by one server", async () => {
  const [one, other] = [await ground.project("one"), await ground.project("other")];
  const lax = '[subsystem.all]\nmodules = ["virt", "compute"]\nowners = ["everybody"]\n';
  await writeFile(join(other, "bailiwick.toml"), lax);
  const workspace = join(dirname(one), "both.code-workspace");
  await writeFile(workspace, JSON.stringify({ folders: [{ path: one }, { path: other }] }));
  await ground.in(workspace, "both", async (bench) => {
    await bench.open("virt/metal/driver.py", "one");
    await bench.showsUnderlined(["disks"]);
    await bench.status.filter({ hasText: "metal" }).waitFor({ timeout: PATIENCE });
    await bench.open("virt/metal/driver.py", "other");
    await bench.status.filter({ hasText: "all" }).waitFor({ timeout: PATIENCE });
    await bench.showsUnderlined([]);
    await ground.picture(bench, "two-folders");
    assert.equal(ground.servers.length, 1);
  });
});

test("the Bailiwick of the workspace's environment is taken before the copy", async () => {
  await ground.with("environment", async (bench, folder) => {
    // An environment of the workspace's own that sees what the tests' has.
    const python = ground.environment(join(folder, ".venv"), true);
    await bench.command("Bailiwick: Restart the Server");
    await bench.open("virt/metal/driver.py");
    await bench.showsUnderlined(["disks"]);
    await bench.status.hover();
    await bench.page.locator(".monaco-hover", { hasText: python }).waitFor({ timeout: PATIENCE });
    await ground.picture(bench, "environment");
  });
});

test("the map of the subsystems opens beside the files", async () => {
  await ground.with("map", async (bench) => {
    await bench.open("virt/metal/driver.py");
    await bench.status.filter({ hasText: "metal" }).waitFor({ timeout: PATIENCE });
    await bench.command("Bailiwick: Show the Subsystem Map");
    const frame = bench.page.locator("iframe.webview.ready").last();
    await frame.waitFor({ timeout: PATIENCE });
    const map = frame.contentFrame().locator("#active-frame").contentFrame();
    await map.getByText("virt-api").first().waitFor({ state: "attached", timeout: PATIENCE });
    await ground.picture(bench, "map");
  });
});

test("badges in the Explorer say whose files are, also of those that are not open", async () => {
  const settings = { "bailiwick.explorerDecorations": true };
  await ground.with(
    "badges",
    async (bench, folder) => {
      await bench.open("virt/qemu/driver.py");
      await until(
        () => bench.badge("disks.py"),
        (badge) => badge === "qe",
        "the badge of qemu",
      );
      await ground.picture(bench, "badges");
      const policy = join(folder, "bailiwick.toml");
      const text = await readFile(policy, "utf8");
      const renamed = text.replaceAll('"qemu"', '"open-stack"');
      await writeFile(policy, renamed.replace("[subsystem.qemu]", "[subsystem.open-stack]"));
      await until(
        () => bench.badge("disks.py"),
        (badge) => badge === "os",
        "another badge",
      );
    },
    settings,
  );
});

test("the walkthrough leads to what it talks of", async () => {
  await ground.with("walkthrough", async (bench) => {
    await bench.open("virt/metal/driver.py");
    await bench.status.filter({ hasText: "metal" }).waitFor({ timeout: PATIENCE });
    await bench.command("Welcome: Open Walkthrough...");
    const rows = bench.page.locator(".quick-input-list .monaco-list-row");
    await rows.filter({ hasText: "Hold your first boundary" }).click({ timeout: PATIENCE });
    const steps = bench.page.locator(".gettingStartedContainer .getting-started-step");
    await steps.filter({ hasText: "Say who owns what" }).waitFor({ timeout: PATIENCE });
    assert.equal(await steps.count(), 5);
    await steps.filter({ hasText: "See whose a file is" }).click();
    await ground.picture(bench, "walkthrough");
    await bench.page.getByRole("button", { name: "Show What It Can Do" }).click();
    await rows.filter({ hasText: "Check the Workspace" }).waitFor({ timeout: PATIENCE });
  });
});
