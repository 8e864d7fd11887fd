/** What a developer sees in the editor, in a real workbench, on the example that comes with Bailiwick. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PATIENCE, until } from "../until.ts";
import { Ground } from "./ground.ts";
import type { Workbench } from "./workbench.ts";

let ground: Ground;

before(async () => {
  ground = await Ground.prepare();
});
after(() => ground?.clear());

test("in the editor", async (t) => {
  const settings = { "bailiwick.workspaceDiagnostics": false };
  await ground.with(
    "shop",
    async (bench) => {
      const step = (title: string, play: () => Promise<void>) => ground.step(t, bench, title, play);
      await step(
        "a forbidden import is underlined as it is typed, under the name that is forbidden",
        async () => {
          await bench.open("virt/zone/driver.py");
          await bench.showsUnderlined(["fetch", "_remember", "stop"]);
          await bench.goTo(3, 1);
          await bench.page.keyboard.type("from virt.qemu import disks\n");
          await bench.showsUnderlined(["disks", "fetch", "_remember", "stop"]);
          await ground.picture(bench, "squiggle");
        },
      );
      await step(
        "the status item names subsystem and counts, and more in its tooltip",
        async () => {
          const item = bench.status;
          await item.filter({ hasText: /zone.*4/ }).waitFor({ timeout: PATIENCE });
          await item.hover();
          const tooltip = bench.page.locator(".monaco-hover", { hasText: "Owned by zone-team" });
          await tooltip.waitFor({ timeout: PATIENCE });
          const text = (await tooltip.textContent()) ?? "";
          assert.match(text, /Subsystem zone/);
          assert.match(text, /4 errors/);
          assert.match(text, /bailiwick \d+\.\d+\.\d+ on .*python/i);
          await ground.picture(bench, "status");
        },
      );
      await step("the Problems view says where the target is and which line decides", async () => {
        const rows = await bench.problems();
        const finding = rows.filter({ hasText: "zone may not import from qemu" });
        await finding.first().waitFor({ timeout: PATIENCE });
        await rows
          .filter({ hasText: "virt.qemu.disks is defined here" })
          .waitFor({ timeout: PATIENCE });
        const decided = rows.filter({ hasText: /decided by: .*group "drivers" is independent/ });
        await decided.waitFor({ timeout: PATIENCE });
        await ground.picture(bench, "related");
        await decided.click();
        await bench.page
          .locator(".tab.active", { hasText: "bailiwick.toml" })
          .waitFor({ timeout: PATIENCE });
        await bench.open("virt/zone/driver.py");
      });
      await step("the code of a finding leads to the page of its rule", async () => {
        const rows = await bench.problems();
        await rows.locator("a.monaco-link", { hasText: "BW101" }).first().click();
        const page = await markdown(bench);
        await page
          .getByRole("heading", { name: "BW101 import-across" })
          .waitFor({ timeout: PATIENCE });
        await ground.picture(bench, "rule-page");
        await bench.command("View: Close Editor");
        await bench.command("View: Toggle Problems");
        await bench.open("virt/zone/driver.py");
      });
      await step("the card of a name says whose it is and why it is forbidden", async () => {
        await bench.goTo(3, 25);
        await bench.command("Show or Focus Hover");
        const card = bench.page
          .locator(".monaco-hover:not(.hidden)", { hasText: "owned by qemu-team" })
          .first();
        await card.waitFor({ timeout: PATIENCE });
        await ground.picture(bench, "hover");
        await bench.page.keyboard.press("Escape");
      });
      await step(
        "a quick fix leads the import through the public way, and the finding goes",
        async () => {
          await bench.goTo(4, 30);
          await bench.page.keyboard.press("Control+.");
          const action = bench.page
            .locator(".action-widget .monaco-list-row")
            .filter({ hasText: "Import image:fetch in place of" });
          await action.waitFor({ timeout: PATIENCE });
          await ground.picture(bench, "quick-fix");
          await action.click();
          await bench.showsUnderlined(["disks", "_remember", "stop"]);
          await bench.page
            .locator(".view-line", { hasText: /from\simage\simport\sfetch/ })
            .waitFor({ timeout: PATIENCE });
        },
      );
      await step("a server that is killed comes back by itself, and nothing pops up", async () => {
        await bench.open("virt/metal/driver.py");
        await bench.showsUnderlined(["disks"]);
        const [first] = ground.servers;
        assert.ok(first !== undefined);
        process.kill(first, "SIGKILL");
        const [second] = await until(
          async () => ground.servers,
          (ids) => ids.length === 1 && ids[0] !== first,
          "another server",
        );
        assert.notEqual(second, first);
        await bench.goTo(3, 1);
        await bench.page.keyboard.type("from virt.zone import console\n");
        await bench.showsUnderlined(["console", "disks"]);
        assert.equal(await bench.page.locator(".notification-toast").count(), 0);
        await ground.picture(bench, "back-again");
      });
    },
    settings,
  );
});

test("in the policy", async (t) => {
  await ground.with("policy", async (bench) => {
    const step = (title: string, play: () => Promise<void>) => ground.step(t, bench, title, play);
    await step("a mistake is underlined where it is, before it is saved", async () => {
      await bench.open("bailiwick.toml");
      await bench.goTo(3, 1);
      await bench.page.keyboard.type("unclaimde = 1\n");
      await until(
        async () => (await bench.underlined()).join(" "),
        (seen) => seen.includes("unclaimde"),
        "a squiggle under the misspelt key",
      );
      await ground.picture(bench, "policy-mistake");
      await bench.command("File: Revert File");
      await bench.showsUnderlined([]);
    });
    await step("what may stand there is offered", async () => {
      await bench.goTo(21, 9);
      await bench.page.keyboard.type('"');
      await bench.page.keyboard.press("Control+Space");
      const offers = bench.page.locator(".suggest-widget .monaco-list-row");
      await offers.filter({ hasText: "virt-api" }).first().waitFor({ timeout: PATIENCE });
      await ground.picture(bench, "policy-completion");
    });
  });
});

async function markdown(bench: Workbench) {
  const outer = bench.page.locator("iframe.webview.ready").last();
  await outer.waitFor({ timeout: PATIENCE });
  return outer.contentFrame().locator("#active-frame").contentFrame();
}
