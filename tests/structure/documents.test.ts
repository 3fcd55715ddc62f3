import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ROOT } from "./sources";

describe.each(["AGENTS.md", "docs/decisions/0014-structure.md"])("%s", (document) => {
  test("names only files and folders that exist", () => {
    const text = readFileSync(join(ROOT, document), "utf8");
    const paths = [...text.matchAll(/`((?:[\w.-]+\/)+[\w.-]*)`/g)].map(([, path = ""]) => path);
    expect(paths.length).toBeGreaterThan(5);
    // Tests are named by how their paths start, as jest takes them.
    const exists = (path: string) =>
      existsSync(join(ROOT, path)) ||
      readdirSync(join(ROOT, dirname(path))).some((file) => file.startsWith(basename(path)));
    expect(paths.filter((path) => !(exists(path) || path === ".rendered/"))).toEqual([]);
  });
});
