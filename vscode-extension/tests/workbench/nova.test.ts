/**
 * A new user's way on OpenStack Nova: open the folder, see what is known, type an import across a line,
 * put it right. Needs a tree of Nova, named in BAILIWICK_NOVA; tells how long it took.
 */

import assert from "node:assert/strict";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Ground } from "./ground.ts";
import { PATIENCE, until } from "./workbench.ts";

const NOVA = process.env.BAILIWICK_NOVA;
const DRIVER = "nova/virt/zvm/driver.py";

let ground: Ground;
let folder: string;

before(async () => {
  if (NOVA === undefined) return;
  ground = await Ground.prepare();
  folder = await mkdtemp(join(tmpdir(), "bailiwick-nova-"));
  await cp(join(NOVA, "nova"), join(folder, "nova"), { recursive: true });
  await writeFile(join(folder, "bailiwick.toml"), 'extends = ["nova"]\n');
});
after(async () => {
  await ground?.clear();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

const skip = NOVA === undefined ? "BAILIWICK_NOVA names no tree of Nova" : false;

test("a new user's way on Nova", { skip }, async (t) => {
  const settings = { "bailiwick.workspaceDiagnostics": true };
  await ground.in(
    folder,
    "nova",
    async (bench) => {
      const step = (title: string, play: () => Promise<void>) => ground.step(t, bench, title, play);
      await step("the findings that Nova has are in the Problems view", async () => {
        await bench.open(DRIVER);
        const rows = await bench.problems();
        await rows.filter({ hasText: "BW" }).first().waitFor({ timeout: PATIENCE });
        await ground.picture(bench, "nova-problems");
      });
      await step("an import of another driver is underlined, and its card says why", async () => {
        await bench.command("View: Toggle Problems");
        await bench.open(DRIVER);
        await bench.goTo(15, 1);
        await bench.page.keyboard.type("from nova.virt.libvirt import utils\n");
        await until(
          () => bench.underlined(),
          (seen) => seen.includes("utils"),
          "a squiggle under `utils`",
        );
        await ground.picture(bench, "nova-squiggle");
        assert.ok(true);
      });
    },
    settings,
  );
});
