import assert from "node:assert/strict";
import { test } from "node:test";
import { type DocumentStatus, type Situation, shown } from "../../src/status.ts";

const libvirt: DocumentStatus = {
  state: "ok",
  subsystem: "libvirt",
  owners: ["nova-libvirt-core"],
  policy: "file:///nova/bailiwick.toml",
  counts: { error: 0, warning: 0, info: 0 },
  message: null,
};

function situation(document: Partial<DocumentStatus> | undefined, what: Partial<Situation> = {}) {
  return {
    server: { kind: "running", busy: undefined },
    document: document && { ...libvirt, ...document },
    restricted: false,
    caution: undefined,
    running: undefined,
    ...what,
  } satisfies Situation;
}

test("the item names the subsystem, its owners, and how many findings there are", () => {
  const item = shown(situation({ counts: { error: 2, warning: 1, info: 0 } }));
  assert.equal(item.text, "$(law) libvirt  $(error) 2 $(warning) 1");
  assert.match(item.tooltip, /Subsystem \*\*libvirt\*\*/);
  assert.match(item.tooltip, /Owned by nova\\-libvirt\\-core/);
  assert.match(item.tooltip, /2 errors, 1 warning/);
  assert.equal(item.severity, "plain");
});

test("a file without findings has no numbers", () => {
  assert.equal(shown(situation({})).text, "$(law) libvirt");
});

test("a file that nobody claims, and one outside any policy, are told apart", () => {
  assert.equal(shown(situation({ subsystem: null })).text, "$(law) unclaimed");
  assert.equal(shown(situation({ state: "outside", policy: null })).text, "$(law) no policy");
});

test("a broken policy is a warning, and says which one is in force", () => {
  const stale = shown(situation({ state: "stale", message: "line 3: no such key" }));
  assert.equal(stale.severity, "warning");
  assert.match(stale.tooltip, /last good one stays in force: line 3: no such key/);
  const broken = shown(situation({ state: "broken", message: "line 3: no such key" }));
  assert.equal(broken.severity, "warning");
  assert.match(broken.tooltip, /nothing is judged by it: line 3: no such key/);
});

test("the item turns while the server starts, and while it indexes", () => {
  assert.match(shown(situation(undefined, { server: { kind: "starting" } })).text, /sync~spin/);
  const busy = shown(situation({}, { server: { kind: "running", busy: "Indexing" } }));
  assert.match(busy.text, /sync~spin/);
  assert.match(busy.tooltip, /Indexing …/);
});

test("a failure is an error with its reason, and off means out of sight", () => {
  const failed = shown(situation(undefined, { server: { kind: "failed", reason: "No Python" } }));
  assert.deepEqual([failed.severity, failed.tooltip], ["error", "No Python"]);
  assert.equal(shown(situation(undefined, { server: { kind: "off" } })).visible, false);
});

test("Restricted Mode, a setting that could not be followed, and what runs are in the tooltip", () => {
  const item = shown(
    situation({}, { restricted: true, caution: "no such file", running: "bailiwick 0.1.0" }),
  );
  assert.match(item.tooltip, /Restricted Mode/);
  assert.match(item.tooltip, /no such file/);
  assert.match(item.tooltip, /bailiwick 0\.1\.0/);
  assert.equal(item.severity, "warning");
});

test("a name cannot put Markdown into the tooltip", () => {
  const item = shown(situation({ subsystem: "[x](command:evil)", owners: ["<b>", "a_b"] }));
  assert.doesNotMatch(item.tooltip, /[^\\]\]\(command/);
  assert.match(item.tooltip, /\\<b\\>, a\\_b/);
});
