import assert from "node:assert/strict";
import { posix, win32 } from "node:path";
import { test } from "node:test";
import { interpreters, type Place } from "../../src/interpreters.ts";

function place(files: readonly string[], what: Partial<Place> = {}): Place {
  return {
    platform: "linux",
    environment: { PATH: "/usr/bin:/bin" },
    folders: ["/work/shop"],
    trusted: true,
    setting: [],
    selected: undefined,
    isFile: (path) => files.includes(path),
    join: posix.join,
    realPath: (path) => path,
    ...what,
  };
}

function programs(where: Place): string[] {
  return interpreters(where).map(({ command }) => command.join(" "));
}

test("the setting comes first, then what is selected, the workspace's own, and the path", () => {
  const files = ["/work/shop/.venv/bin/python", "/work/shop/venv/bin/python", "/usr/bin/python3"];
  const where = place(files, { setting: ["/opt/python", "-X", "dev"], selected: ["/sel/python"] });
  assert.deepEqual(programs(where), [
    "/opt/python -X dev",
    "/sel/python",
    "/work/shop/.venv/bin/python",
    "/work/shop/venv/bin/python",
    "/usr/bin/python3",
  ]);
});

test("an environment that is active counts, and each program is tried once", () => {
  const files = ["/env/bin/python", "/env/bin/python3", "/usr/bin/python3"];
  const environment = { VIRTUAL_ENV: "/env", PATH: "/env/bin:/usr/bin" };
  assert.deepEqual(programs(place(files, { environment })), [
    "/env/bin/python",
    "/env/bin/python3",
  ]);
});

test("in Restricted Mode nothing from the workspace is run, whatever leads there", () => {
  const files = ["/work/shop/.venv/bin/python", "/usr/bin/python3", "/links/python3"];
  const where = place(files, {
    trusted: false,
    selected: ["/work/shop/.venv/bin/python"],
    environment: { PATH: "/work/shop/.venv/bin:/links:/usr/bin", VIRTUAL_ENV: "/work/shop/.venv" },
    realPath: (path) => (path.startsWith("/links/") ? "/work/shop/evil" : path),
  });
  assert.deepEqual(programs(where), []);
  const honest = { ...where, environment: { PATH: "/usr/bin" } };
  assert.deepEqual(programs(honest), ["/usr/bin/python3"]);
});

test("relative folders of the path are passed over", () => {
  const files = ["python3", "bin/python3", "/usr/bin/python3"];
  const environment = { PATH: ":.:bin:/usr/bin" };
  assert.deepEqual(programs(place(files, { environment })), ["/usr/bin/python3"]);
});

test("on Windows programs are called as they are there, and the launcher is asked for Python 3", () => {
  const files = ["C:\\shop\\.venv\\Scripts\\python.exe", "C:\\Windows\\py.exe"];
  const where = place(files, {
    platform: "win32",
    join: win32.join,
    folders: ["C:\\shop"],
    environment: { Path: "C:\\Windows;tools" },
  });
  assert.deepEqual(programs(where), [
    "C:\\shop\\.venv\\Scripts\\python.exe",
    "C:\\Windows\\py.exe -3",
  ]);
});
