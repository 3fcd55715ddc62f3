import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProject } from "../../../cli/stacks/project";
import { UsageError } from "../../../cli/terminal/errors";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "project-"));
  for (const [path, text] of [
    ["home", "name: home\n"],
    ["shop", "name: shop\nruntime: nodejs\n"],
    ["empty", ""],
    ["broken", "name: [\n"],
    ["nameless", "runtime: nodejs\n"],
  ] as const) {
    mkdirSync(join(folder, path, "some/where"), { recursive: true });
    writeFileSync(join(folder, path, "Pulumi.yaml"), text);
  }
  mkdirSync(join(folder, "nothing"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const find = (named: string | undefined, cwd: string) =>
  findProject(named, join(folder, cwd), join(folder, "home/some/where"));

describe("findProject", () => {
  it("finds the project of the current folder, or of its nearest parent", () => {
    const shop = { folder: join(folder, "shop"), name: "shop" };
    expect(find(undefined, "shop")).toEqual(shop);
    expect(find(undefined, "shop/some/where")).toEqual(shop);
  });

  it("falls back to the command's own project", () => {
    expect(find(undefined, "nothing")).toEqual({ folder: join(folder, "home"), name: "home" });
  });

  it("finds the named folder, relative or absolute, without its parents", () => {
    expect(find("../shop", "nothing").name).toBe("shop");
    expect(find(join(folder, "shop"), "nothing").name).toBe("shop");
    expect(() => find("some/where", "shop")).toThrow(
      `there is no Pulumi.yaml in ${join(folder, "shop/some/where")}`,
    );
  });

  it.each(["empty", "broken", "nameless"])("refuses a Pulumi.yaml that is %s", (path) => {
    expect(() => find(path, ".")).toThrow(UsageError);
    expect(() => find(path, ".")).toThrow(/Pulumi\.yaml does not name a project$/);
  });
});
