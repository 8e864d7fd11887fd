import assert from "node:assert/strict";
import { test } from "node:test";
import { CrashPolicy, PERIOD, RESTARTS } from "../../src/crashes.ts";

function crash(policy: CrashPolicy, times: readonly number[]): boolean[] {
  return times.map((time) => policy.mayRestart(time));
}

test("a server is started again four times within three minutes, and no fifth time", () => {
  const seconds = [0, 10, 20, 30, 40].map((second) => second * 1000);
  assert.deepEqual(crash(new CrashPolicy(), seconds), [true, true, true, true, false]);
  assert.equal(RESTARTS, 4);
  assert.equal(PERIOD, 180_000);
});

test("crashes that are far apart are never too many", () => {
  const minutes = Array.from({ length: 50 }, (_, index) => index * 60_000);
  assert.ok(crash(new CrashPolicy(), minutes).every(Boolean));
});

test("a restart by hand begins to count anew", () => {
  const policy = new CrashPolicy();
  crash(policy, [0, 1, 2, 3]);
  policy.forget();
  assert.equal(policy.mayRestart(4), true);
});
