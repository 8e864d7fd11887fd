/** What a developer sees in the editor, in a real workbench, on the example that comes with Bailiwick. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Ground } from "./ground.ts";
import type { Workbench } from "./workbench.ts";

let ground: Ground;

before(async () => {
  ground = await Ground.prepare();
});
after(() => ground?.clear());

test("a forbidden import is underlined as it is typed, under the name that is forbidden", async () => {
  await ground.with("squiggle", async (bench) => {
    await bench.open("virt/zone/driver.py");
    await ready(bench, "zone");
    const before = await bench.until(
      () => bench.underlined(),
      (seen) => seen.length > 0,
      "what the example has on purpose",
    );
    await bench.goTo(3, 1);
    await bench.page.keyboard.type("from virt.qemu import disks\n");
    const marks = await bench.until(
      () => bench.underlined(),
      (seen) => seen.includes("disks"),
      "a squiggle under `disks`",
    );
    assert.deepEqual(marks, ["disks", ...before]);
    await ground.picture(bench, "squiggle");
  });
});

async function ready(bench: Workbench, subsystem: string): Promise<void> {
  await bench.status.filter({ hasText: subsystem }).waitFor();
}
