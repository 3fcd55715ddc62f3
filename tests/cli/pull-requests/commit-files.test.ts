import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CommitFiles } from "../../../cli/pull-requests/commit-files";
import { layOut } from "../../../cli/pull-requests/pull-request-overlay";

const LIMITS = { files: 10, bytes: 1024 };

let folder: string;
let root: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "commit-"));
  root = join(folder, "repository");
  mkdirSync(root);
  git("init", "--quiet", "--initial-branch=main");
});
afterEach(() => rmSync(folder, { recursive: true }));

function git(...args: string[]): string {
  return execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@localhost", ...args], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
}

function commit(files: Readonly<Record<string, string>>): string {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), content);
  }
  git("add", "--all");
  git("commit", "--quiet", "--message", "a change");
  return git("rev-parse", "HEAD");
}

const textsOf = (files: CommitFiles) =>
  Object.fromEntries(
    files.paths.map((path) => [path, files.read([path])[0]?.toString() ?? "nothing"]),
  );

describe("the files of a commit", () => {
  it("are read unchanged, also from a commit that must be fetched first", async () => {
    commit({ "Pulumi.yaml": "name: shop\n" });
    git("clone", "--quiet", root, join(folder, "clone"));
    const change = commit({ "trees/ci/a file.yaml": "a: \u00fc\n", empty: "" });
    const files = await CommitFiles.open(join(folder, "clone"), change, LIMITS);
    expect(textsOf(files)).toEqual({
      "Pulumi.yaml": "name: shop\n",
      empty: "",
      "trees/ci/a file.yaml": "a: \u00fc\n",
    });
    expect(files.kindOf("trees")).toBe("folder");
    expect(files.kindOf("trees/c")).toBe("nothing");
  });

  it("are read whole and together from a folder within the repository", async () => {
    const change = commit({ "shop/a": "1\n2\n", b: "x".repeat(500) });
    const files = await CommitFiles.open(join(root, "shop"), change, LIMITS);
    expect(files.read(["b", "shop/a"]).map(String)).toEqual(["x".repeat(500), "1\n2\n"]);
  });

  it("are not changed by the commit's own attributes", async () => {
    git("config", "filter.evil.smudge", "echo smudged");
    const change = commit({
      ".gitattributes": "*.yaml export-subst filter=evil\nhidden.yaml export-ignore\n",
      "a.yaml": "a: $Format:%s$\n",
      "hidden.yaml": "b: c\n",
    });
    const texts = textsOf(await CommitFiles.open(root, change, LIMITS));
    expect(texts).toMatchObject({ "a.yaml": "a: $Format:%s$\n", "hidden.yaml": "b: c\n" });
  });

  it("ignore git's replacement objects", async () => {
    const change = commit({ a: "as committed\n" });
    const other = execFileSync("git", ["hash-object", "-w", "--stdin"], {
      cwd: root,
      encoding: "utf8",
      input: "replaced!!!!\n",
    }).trim();
    git("replace", git("rev-parse", "HEAD:a"), other);
    expect(textsOf(await CommitFiles.open(root, change, LIMITS))).toEqual({ a: "as committed\n" });
  });

  it("exclude symbolic links and files behind them", async () => {
    symlinkSync("/etc", join(root, "link"));
    const files = await CommitFiles.open(root, commit({ a: "" }), LIMITS);
    expect([files.kindOf("link"), files.kindOf("link/passwd")]).toEqual(["link", "link"]);
    expect(files.paths).toEqual(["a"]);
    expect(() => files.read(["link"])).toThrow("link is not a file of the commit");
  });

  it("include an own branch's links, except those that lead out of the commit", async () => {
    mkdirSync(join(root, "dev"));
    symlinkSync("../base/app.yaml", join(root, "dev/app.yaml"));
    symlinkSync("base", join(root, "same"));
    symlinkSync("../../outside", join(root, "dev/up"));
    symlinkSync("/etc", join(root, "etc"));
    const files = await CommitFiles.open(root, commit({ "base/app.yaml": "app" }), LIMITS);
    const to = join(folder, "to");
    layOut(to, Object.entries(textsOf(files)), files.links);
    expect(readFileSync(join(to, "dev/app.yaml"), "utf8")).toBe("app");
    expect(readFileSync(join(to, "same/app.yaml"), "utf8")).toBe("app");
    expect([...readdirSync(to), ...readdirSync(join(to, "dev"))].sort()).toEqual([
      "app.yaml",
      "base",
      "dev",
      "same",
    ]);
  });

  it("are read within limits of count and bytes in total", async () => {
    const many = Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`f${n}`, "x"]));
    const files = await CommitFiles.open(
      root,
      commit({ ...many, large: "x".repeat(1023) }),
      LIMITS,
    );
    expect(files.read(["large", "f0"])).toHaveLength(2);
    expect(() => files.read(["f1"])).toThrow("more than 10 files, or more than");
    const others = await CommitFiles.open(root, "HEAD", LIMITS);
    expect(() => others.read(Object.keys(many))).toThrow("more than 10 files");
  });

  it("cannot be read for a commit that does not exist", async () => {
    commit({ a: "" });
    await expect(CommitFiles.open(root, "b".repeat(40), LIMITS)).rejects.toThrow("cannot be read");
  });
});

describe("laying files out", () => {
  it.each(["../a", "/etc/a", "a/../b", ".git/config", "a/.GIT/hooks/b", "a\\b", ""])(
    "refuses the path %j",
    (path) => {
      expect(() => layOut(join(folder, "to"), [[path, "a"]])).toThrow("is not a path of a file");
    },
  );
});
