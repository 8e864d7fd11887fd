/**
 * Bailiwick beside ruff's extension, in one window on OpenStack Nova: the same key completes an import that
 * both forbid. Needs a tree of Nova in BAILIWICK_NOVA, and ruff's extension in BAILIWICK_BESIDE, a .vsix.
 */

import assert from "node:assert/strict";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Ground } from "./ground.ts";
import { keysToSquiggle, percentile } from "./times.ts";

const { BAILIWICK_NOVA: NOVA, BAILIWICK_BESIDE: BESIDE } = process.env;
const DRIVER = "nova/virt/zvm/driver.py";
const ROUNDS = 40;
/** What ruff is told of the same line. */
const BAN = `[lint]
select = ["TID251"]

[lint.flake8-tidy-imports.banned-api]
"nova.virt.libvirt".msg = "a driver is reached through nova.virt.driver"
`;

const skip =
  NOVA === undefined || BESIDE === undefined
    ? "BAILIWICK_NOVA and BAILIWICK_BESIDE do not name a tree of Nova and ruff's extension"
    : false;

test("the key that completes a forbidden import, beside ruff's extension", { skip }, async (t) => {
  assert.ok(NOVA !== undefined && BESIDE !== undefined);
  const ground = await Ground.prepare([BESIDE]);
  const folder = await mkdtemp(join(tmpdir(), "nova-"));
  try {
    await cp(join(NOVA, "nova"), join(folder, "nova"), { recursive: true });
    await writeFile(join(folder, "bailiwick.toml"), 'extends = ["nova"]\n');
    await writeFile(join(folder, "ruff.toml"), BAN);
    const settings = { "ruff.importStrategy": "useBundled" };
    await ground.in(
      folder,
      "beside",
      async (bench) => {
        await bench.open(DRIVER);
        await bench.goTo(15, 1);
        await bench.page.keyboard.type("from nova.virt import libvirt\n");
        await bench.showsUnderlined(["libvirt"], "error");
        await bench.showsUnderlined(["libvirt"], "warning");
        await ground.picture(bench, "beside");
        await bench.goTo(15, 30);
        const times = await keysToSquiggle(bench.page, "t", ROUNDS, ["error", "warning"]);
        for (const [look, of] of [
          ["error", "Bailiwick"],
          ["warning", "ruff"],
        ] as const) {
          const [p50, p95] = [percentile(times[look], 50), percentile(times[look], 95)];
          t.diagnostic(`key to squiggle of ${of}, ${ROUNDS} keys: p50 ${p50} ms, p95 ${p95} ms`);
        }
      },
      settings,
      join(folder, DRIVER),
    );
  } finally {
    await ground.clear();
    await rm(folder, { recursive: true, force: true });
  }
});
