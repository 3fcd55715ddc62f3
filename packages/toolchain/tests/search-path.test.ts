import { chmodSync } from "node:fs";
import path from "node:path";
import { findOnPath, withoutFolders } from "../search-path";
import { type Workbench, workbench } from "./workbench";

let bench: Workbench;
beforeEach(() => {
  bench = workbench();
});
afterEach(() => bench.remove());

test("executables are found in the order of PATH", () => {
  const first = bench.executable("one/kubectl", "true");
  const second = bench.executable("two/kubectl", "true");
  const searchPath = [path.dirname(first), path.dirname(second)].join(":");
  expect(findOnPath("kubectl", searchPath)).toEqual([first, second]);
});

test("a file without execute permission and a folder are no executables", () => {
  chmodSync(bench.executable("one/kubectl", "true"), 0o644);
  bench.write("two/kubectl/file", "");
  const searchPath = ["one", "two"].map((name) => path.join(bench.bin, "..", name)).join(":");
  expect(findOnPath("kubectl", searchPath)).toEqual([]);
});

test("our own folders are taken out of a PATH, and not those that only begin like them", () => {
  const searchPath = "/c/build/plugin-path/x:/usr/bin:/c/build-tools:/cache/tools/etcd/3:/c/build";
  expect(withoutFolders(searchPath, ["/c/build", "/cache"])).toBe("/usr/bin:/c/build-tools");
});
