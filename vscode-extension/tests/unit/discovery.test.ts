import assert from "node:assert/strict";
import { test } from "node:test";
import { discover, type Machine, type Probe, type Wanted } from "../../src/discovery.ts";

const bundle = { launcher: "/ext/launch.py", compiled: "/storage/compiled", isolated: false };

function python(executable: string, what: Partial<Probe> = {}): Probe {
  return {
    python: [3, 12, 1],
    executable,
    bailiwick: null,
    server: false,
    libcst: false,
    bundledLibcst: true,
    ...what,
  };
}

function machine(pythons: readonly Probe[], files: readonly string[] = []): Machine {
  return {
    isFile: (path) => files.includes(path),
    async probe({ command: [program] }) {
      const found = pythons.find(({ executable }) => executable === program);
      if (found === undefined) throw new Error("is not there");
      return found;
    },
  };
}

function wanted(pythons: readonly string[], what: Partial<Wanted> = {}): Wanted {
  return {
    path: [],
    importStrategy: "fromEnvironment",
    interpreters: pythons.map((program) => ({ command: [program], origin: "test" })),
    ...what,
  };
}

const whole = { bailiwick: "0.1.0", server: true, libcst: true };

test("the first file of bailiwick.path goes before everything else", async () => {
  const { found } = await discover(
    wanted(["/venv/python"], { path: ["/none", "/opt/bailiwick"] }),
    machine([python("/venv/python", whole)], ["/opt/bailiwick"]),
    bundle,
  );
  assert.deepEqual(found, { kind: "path", command: ["/opt/bailiwick"], probe: undefined });
});

test("a bailiwick.path that is not there is said, and the next way is taken", async () => {
  const { found, caution } = await discover(
    wanted(["/venv/python"], { path: ["/none"] }),
    machine([python("/venv/python", whole)]),
    bundle,
  );
  assert.equal(found?.kind, "environment");
  assert.match(caution ?? "", /names no file that is there: \/none/);
});

test("the Bailiwick of an environment goes before the copy", async () => {
  const { found } = await discover(
    wanted(["/venv/python", "/usr/python"]),
    machine([python("/venv/python", whole), python("/usr/python")]),
    bundle,
  );
  assert.deepEqual(found?.command, ["/venv/python", "/ext/launch.py", "environment"]);
});

test("useBundled passes over the Bailiwick of an environment, and keeps its Python", async () => {
  const { found } = await discover(
    wanted(["/venv/python"], { importStrategy: "useBundled" }),
    machine([python("/venv/python", whole)]),
    bundle,
  );
  assert.equal(found?.kind, "bundled");
  assert.equal(found?.command[0], "/venv/python");
  assert.equal(found?.command.at(-1), "bundled");
});

test("a Bailiwick without its server is not taken, and how to get that is said", async () => {
  const { found, caution } = await discover(
    wanted(["/venv/python"]),
    machine([python("/venv/python", { bailiwick: "0.1.0", libcst: true })]),
    bundle,
  );
  assert.equal(found?.kind, "bundled");
  assert.match(caution ?? "", /without its server: pip install "bailiwick\[server\]"/);
});

test("a Python that is too old, or not there, makes room for the next", async () => {
  const { found, trail } = await discover(
    wanted(["/none", "/old/python", "/usr/python"]),
    machine([python("/old/python", { python: [3, 9, 18] }), python("/usr/python")]),
    bundle,
  );
  assert.equal(found?.command[0], "/usr/python");
  assert.match(trail.join("\n"), /\/none \(test\): is not there\n.*Python 3\.9 is too old/);
});

test("where no Python will do, one line says what is needed", async () => {
  const { found, failure } = await discover(
    wanted(["/old/python"]),
    machine([python("/old/python", { python: [2, 7, 18] })]),
    bundle,
  );
  assert.equal(found, undefined);
  assert.match(failure ?? "", /^[^\n]*needs Python 3\.10 or newer[^\n]*bailiwick\.interpreter$/);
});

test("where no libcst fits, one line says how to get it", async () => {
  const { found, failure } = await discover(
    wanted(["/usr/python"]),
    machine([python("/usr/python", { python: [3, 16, 0], bundledLibcst: false })]),
    bundle,
  );
  assert.equal(found, undefined);
  assert.match(failure ?? "", /^[^\n]*Python 3\.16: \/usr\/python -m pip install libcst$/);
});

test("a libcst that a Python has itself will do for the copy", async () => {
  const { found } = await discover(
    wanted(["/usr/python"]),
    machine([python("/usr/python", { bundledLibcst: false, libcst: true })]),
    bundle,
  );
  assert.equal(found?.kind, "bundled");
});

test("an interpreter that has no libcst makes room for one that has", async () => {
  const { found } = await discover(
    wanted(["/new/python", "/usr/python"]),
    machine([python("/new/python", { bundledLibcst: false }), python("/usr/python")]),
    bundle,
  );
  assert.equal(found?.command[0], "/usr/python");
});

test("in Restricted Mode Python reads neither variables nor the user's modules", async () => {
  const { found } = await discover(
    wanted(["/usr/python"], { importStrategy: "useBundled" }),
    machine([python("/usr/python")]),
    { ...bundle, isolated: true },
  );
  assert.deepEqual(found?.command.slice(0, 2), ["/usr/python", "-I"]);
});
