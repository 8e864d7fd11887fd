import assert from "node:assert/strict";
import { test } from "node:test";
import { filledIn } from "../../src/placeholders.ts";

const around = { home: "/home/ann", folder: "/work/shop", environment: { TOOLS: "/opt/tools" } };

for (const [written, meant] of [
  ["~", "/home/ann"],
  ["~/bin/bailiwick", "/home/ann/bin/bailiwick"],
  ["~ann/bin", "~ann/bin"],
  ["a~b", "a~b"],
  [`\${userHome}/x`, "/home/ann/x"],
  [`\${workspaceFolder}/.venv/bin/python`, "/work/shop/.venv/bin/python"],
  [`\${env:TOOLS}/python`, "/opt/tools/python"],
  [`\${env:NONE}/python`, "/python"],
  [`\${else}`, `\${else}`],
] as const) {
  test(`${written} means ${meant}`, () => assert.equal(filledIn(written, around), meant));
}

test("without a folder, what stands for it stays", () => {
  const alone = { ...around, folder: undefined };
  assert.equal(filledIn(`\${workspaceFolder}/x`, alone), `\${workspaceFolder}/x`);
});
