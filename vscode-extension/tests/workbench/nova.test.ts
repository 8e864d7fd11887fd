/**
 * A new user's way on OpenStack Nova: open the folder, see what is known, type an import across a line,
 * put it right. Needs a tree of Nova, named in BAILIWICK_NOVA; tells how long it took.
 */

import assert from "node:assert/strict";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PATIENCE, until } from "../until.ts";
import { Ground } from "./ground.ts";
import { keysToSquiggle, percentile, sinceNavigation } from "./times.ts";

const NOVA = process.env.BAILIWICK_NOVA;
const DRIVER = "nova/virt/zvm/driver.py";
const ROUNDS = 20;

let ground: Ground;
let folder: string;

before(async () => {
  if (NOVA === undefined) return;
  ground = await Ground.prepare();
  folder = await mkdtemp(join(tmpdir(), "nova-"));
  await cp(join(NOVA, "nova"), join(folder, "nova"), { recursive: true });
  await writeFile(join(folder, "bailiwick.toml"), 'extends = ["nova"]\n');
});
after(async () => {
  await ground?.clear();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

const skip = NOVA === undefined ? "BAILIWICK_NOVA names no tree of Nova" : false;

test("a new user's way on Nova", { skip }, async (t) => {
  await ground.in(
    folder,
    "nova",
    async (bench) => {
      const step = (title: string, play: () => Promise<void>) => ground.step(t, bench, title, play);
      await step("the findings of the open file are there soon after the folder", async () => {
        const { editor, status, squiggle } = await sinceNavigation(bench.page);
        t.diagnostic(
          `since the page was asked for: editor ${editor} ms, status ${status} ms, first finding in the tree ${squiggle} ms`,
        );
      });
      await step("the findings that Nova has are in the Problems view", async () => {
        const count = bench.page.locator('.statusbar-item[id="status.problems"]');
        await until(
          async () => Number((await count.textContent())?.match(/\d+/)?.[0] ?? 0),
          (errors) => errors > 10,
          "more errors than one file has",
        );
        await bench.problems();
        await ground.picture(bench, "nova-problems");
        await bench.command("View: Toggle Problems");
      });
      await step("an import of another driver is underlined at the key that makes it", async () => {
        await bench.open(DRIVER);
        await bench.goTo(15, 1);
        await bench.page.keyboard.type("from nova.virt import libvirt\n");
        await until(
          () => bench.underlined(),
          (seen) => seen.includes("libvirt"),
          "a squiggle under `libvirt`",
        );
        await bench.goTo(15, 30);
        const { error: times } = await keysToSquiggle(bench.page, "t", ROUNDS, ["error"]);
        t.diagnostic(
          `key to squiggle, ${ROUNDS} keys: p50 ${percentile(times, 50)} ms, p95 ${percentile(times, 95)} ms`,
        );
        assert.equal(times.length, ROUNDS);
      });
      await step("its card says whose it is", async () => {
        await bench.goTo(15, 27);
        await bench.command("Show or Focus Hover");
        await bench.page
          .locator(".monaco-hover:not(.hidden)", { hasText: "nova-libvirt-core" })
          .first()
          .waitFor({ timeout: PATIENCE });
        await ground.picture(bench, "nova-hover");
        await bench.page.keyboard.press("Escape");
        await bench.command("File: Revert File");
        await bench.showsUnderlined([]);
      });
      await step(
        "what is public elsewhere is offered from there, and the finding goes",
        async () => {
          await bench.goTo(15, 1);
          await bench.page.keyboard.type("from nova.virt.libvirt.utils import _\n");
          await bench.showsUnderlined(["_"]);
          await bench.goTo(15, 36);
          await bench.command("Show or Focus Hover");
          await bench.page
            .locator(".monaco-hover:not(.hidden)", { hasText: "nova.i18n:_" })
            .first()
            .waitFor({ timeout: PATIENCE });
          await bench.page.keyboard.press("Escape");
          await bench.page.keyboard.press("Control+.");
          const action = bench.page
            .locator(".action-widget .monaco-list-row")
            .filter({ hasText: "Import nova.i18n:_ in place of" });
          await action.waitFor({ timeout: PATIENCE });
          await ground.picture(bench, "nova-quick-fix");
          await action.click();
          await bench.showsUnderlined([]);
          await bench.page
            .locator(".view-line", { hasText: /from\snova\.i18n\simport\s_/ })
            .first()
            .waitFor({ timeout: PATIENCE });
          const rows = await bench.problems();
          await rows
            .filter({ hasText: "zvm may not import from libvirt" })
            .first()
            .waitFor({ state: "detached", timeout: PATIENCE });
        },
      );
    },
    {},
    join(folder, DRIVER),
  );
});
