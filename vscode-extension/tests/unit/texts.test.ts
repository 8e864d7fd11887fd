import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { badge } from "../../src/badges.ts";
import { asMarkdown } from "../../src/debugInformation.ts";
import { codeOf, linkedPage, pagePath } from "../../src/rulePages.ts";
import { type Look, lookOf } from "../../src/severity.ts";

const PAGES = new URL("../../../docs/rules/", import.meta.url);

test("every rule's page can be linked to, and is found again by its link", () => {
  const codes = readdirSync(PAGES)
    .filter((name) => name.startsWith("BW"))
    .map((name) => name.slice(0, 5));
  assert.ok(codes.length > 10);
  for (const code of codes) assert.equal(codeOf(pagePath(code) ?? ""), code);
});

test("what is no code of ours has no page", () => {
  for (const code of ["E501", "BW1", "BW1011", "../BW101", ""])
    assert.equal(pagePath(code), undefined);
  for (const path of ["/BW101", "/../BW101.md", "BW101.md", "/x/BW101.md"]) {
    assert.equal(codeOf(path), undefined);
  }
});

test("links between pages stay within the extension", () => {
  const page = readFileSync(new URL("index.md", PAGES), "utf8");
  assert.doesNotMatch(linkedPage(page), /\]\(BW\d+\.md\)/);
  assert.match(linkedPage(page), /\[BW101\]\(bailiwick-rule:\/BW101\.md\)/);
});

for (const [code, setting, look] of [
  ["BW203", {}, undefined],
  ["BW203", { BW2: "hint" }, "hint"],
  ["BW203", { BW: "info", BW2: "hint", BW203: "off" }, "off"],
  ["BW101", { BW2: "hint", BW: "warning" }, "warning"],
] as [string, Record<string, Look>, Look | undefined][]) {
  test(`${code} under ${JSON.stringify(setting)} looks like ${look ?? "itself"}`, () => {
    assert.equal(lookOf(code, setting), look);
  });
}

for (const [subsystem, letters] of [
  ["libvirt", "li"],
  ["virt-api", "va"],
  ["Nova_compute core", "Nc"],
  ["x", "x"],
  ["äpfel", "äp"],
  ["---", ""],
] as const) {
  test(`the badge of ${subsystem} is ${letters}`, () => assert.equal(badge(subsystem), letters));
}

test("debug information says what was looked at, and not whose home it is", () => {
  const text = asMarkdown(
    {
      extension: "0.1.0",
      editor: "Code 1.139.1",
      platform: "linux-x64",
      remote: "ssh-remote",
      trusted: false,
      folders: 1,
      state: "running",
      command: ["/home/ann/.venv/bin/python", "launch.py"],
      server: "bailiwick 0.1.0",
      trail: ["python3 (on the path): Python 3.9 is too old"],
      settings: { enable: true },
    },
    "/home/ann",
  );
  assert.match(text, /~\/\.venv\/bin\/python launch\.py/);
  assert.doesNotMatch(text, /ann/);
  assert.match(text, /Restricted Mode/);
  assert.match(text, /remote ssh-remote/);
  assert.match(text, /Python 3\.9 is too old/);
});
