import assert from "node:assert/strict";
import { test } from "node:test";
import { associated, isAssociated } from "../../src/tomlAssociations.ts";

test("policies get a schema, and other documents keep theirs", () => {
  const known = associated({ ".*\\.x": "file:///x" }, "file:///one");
  assert.equal(known[".*\\.x"], "file:///x");
  const [pattern = ""] = Object.keys(known).filter((key) => key !== ".*\\.x");
  assert.equal(known[pattern], "file:///one");
  assert.match("file:///a/bailiwick.toml", new RegExp(pattern));
  assert.doesNotMatch("file:///a/not-bailiwick.toml", new RegExp(pattern));
  assert.doesNotMatch("file:///bailiwick.toml/x.toml", new RegExp(pattern));
});

test("a schema that is there is replaced, not doubled", () => {
  const known = associated(associated({}, "file:///one"), "file:///two");
  assert.deepEqual(Object.values(known), ["file:///two"]);
  assert.ok(isAssociated(known));
  assert.ok(!isAssociated({}));
  assert.ok(!isAssociated(undefined));
});
