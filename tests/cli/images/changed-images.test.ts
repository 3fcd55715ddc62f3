import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changedImages } from "../../../cli/images/changed-images";
import { type ImageSources, readImageSources } from "../../../cli/images/image-sources";
import type { Resolution } from "../../../cli/images/resolution";
import type { ImageReference } from "../../../core/manifests/image-reference";

// With git itself; what a registry answers is in registry-client.test.ts.

const REPOSITORY = "registry.example.com/shop";
const IMAGES = { api: ["src/api", "protos"], web: ["src/web"] };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "changed-images-"));
  git("init", "--quiet", "--initial-branch=main");
  write("images.json", JSON.stringify({ repository: REPOSITORY, images: IMAGES }));
  write("src/api/main.go", "one");
  write("src/web/main.go", "one");
  write("protos/shop.proto", "one");
  commit();
  git("switch", "--quiet", "--create", "branch");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** With nothing of the machine's own configuration. */
function git(...args: string[]): string {
  const who = ["user.name=a", "user.email=a@example.com", "commit.gpgsign=false"];
  return execFileSync("git", [...who.flatMap((setting) => ["-c", setting]), ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
    encoding: "utf8",
  }).trim();
}

function write(file: string, content: string): void {
  mkdirSync(join(folder, file, ".."), { recursive: true });
  writeFileSync(join(folder, file), content);
}

function commit(): string {
  git("add", "--all");
  git("commit", "--quiet", "--allow-empty", "--message=change");
  return git("rev-parse", "HEAD");
}

/** A registry that somebody has pushed to. */
class Registry {
  public readonly images = new Map<string, string>();

  public push(...references: readonly string[]): void {
    for (const reference of references) {
      this.images.set(reference, `sha256:${Buffer.from(reference).toString("hex")}`);
    }
  }

  public digest(reference: string): string {
    return this.images.get(reference) ?? "not pushed";
  }

  public readonly resolve = async ({ name, tag }: ImageReference): Promise<Resolution> => {
    const digest = this.images.get(`${name}:${tag}`);
    return digest === undefined ? "absent" : { digest };
  };
}

const sources = (): ImageSources => readImageSources(join(folder, "images.json"));
const changedSince = (revision: string, { resolve } = new Registry()) =>
  changedImages(sources(), revision, resolve);

/** What the build of the main branch does: it builds what is to be built, and pushes it. */
async function built(revision = "main"): Promise<Registry> {
  const registry = new Registry();
  const { changed } = await changedSince(revision, registry);
  registry.push(...changed.map(({ reference }) => reference));
  return registry;
}

describe("changedImages", () => {
  it("builds all images that the registry does not have, tagged by content", async () => {
    const since = git("rev-parse", "HEAD");
    expect(await changedSince("main")).toEqual({
      since,
      changed: [
        {
          name: "api",
          folder: "src/api",
          reference: expect.stringMatching(/^registry\.example\.com\/shop\/api:src-[0-9a-f]{16}$/),
        },
        { name: "web", folder: "src/web", reference: expect.stringContaining("/shop/web:src-") },
      ],
      unchanged: {},
    });
  });

  it("builds nothing twice", async () => {
    const registry = await built();
    write("README.md", "of no image");
    commit();
    const { changed, unchanged } = await changedSince("main", registry);
    expect(changed).toEqual([]);
    expect(Object.keys(unchanged)).toEqual(["api", "web"]);
    expect(Object.values(unchanged)).toEqual([...registry.images.values()]);
  });

  it("builds changed images, and takes the others from the main branch's build", async () => {
    const registry = await built();
    const [, web = ""] = [...registry.images.keys()];
    write("protos/shop.proto", "two");
    commit();
    const { changed, unchanged } = await changedSince("main", registry);
    expect(changed.map(({ name }) => name)).toEqual(["api"]);
    expect([...registry.images.keys()]).not.toContain(changed[0]?.reference);
    expect(unchanged).toEqual({ web: registry.digest(web) });
  });

  it("compares with the branch point, regardless of later commits on main", async () => {
    const registry = await built();
    const since = git("rev-parse", "HEAD");
    git("switch", "--quiet", "main");
    write("src/web/main.go", "of somebody else");
    commit();
    git("switch", "--quiet", "branch");
    write("src/api/main.go", "two");
    commit();
    const found = await changedSince("main", registry);
    expect(found.since).toBe(since);
    expect(found.changed.map(({ name }) => name)).toEqual(["api"]);
  });

  it.each([
    ["a file's mode", () => git("update-index", "--chmod=+x", "src/web/main.go")],
    ["a file's name", () => git("mv", "src/web/main.go", "src/web/other.go")],
    ["a file that is gone", () => git("rm", "--quiet", "protos/shop.proto")],
  ])("sees %s", async (_what, change) => {
    write("protos/other.proto", "stays");
    commit();
    const registry = await built("HEAD");
    change();
    git("commit", "--quiet", "--message=change");
    expect((await changedSince("HEAD^", registry)).changed).toHaveLength(1);
  });

  it("ignores uncommitted changes", async () => {
    const registry = await built();
    write("src/api/main.go", "not committed");
    expect((await changedSince("main", registry)).changed).toEqual([]);
  });

  it("fails with all images that a registry cannot look up", async () => {
    const dark = async (): Promise<Resolution> => ({ unknown: "it asks for credentials" });
    await expect(changedImages(sources(), "main", dark)).rejects.toThrow(
      /^2 unchanged images cannot be looked up: .*shop\/api:src-\w+: it asks for credentials; .*shop\/web/,
    );
  });

  it.each([
    [
      "a revision that is none",
      () => changedSince("nowhere"),
      /git does not know the revision "nowhere"/,
    ],
    [
      "an option in its place",
      () => changedSince("--help"),
      /git does not know the revision "--help"/,
    ],
  ])("refuses %s", async (_what, look, message) => {
    await expect(look()).rejects.toThrow(message);
  });

  it("proposes a fix for a shallow clone", async () => {
    git("switch", "--quiet", "--orphan", "another");
    write("images.json", JSON.stringify({ repository: REPOSITORY, images: IMAGES }));
    commit();
    await expect(changedSince("main")).rejects.toMatchObject({
      message: expect.stringContaining('no common ancestor with "main"'),
      fix: expect.stringContaining("fetch-depth: 0"),
    });
  });

  it("refuses a folder that is not in the commit", async () => {
    write("images.json", JSON.stringify({ repository: REPOSITORY, images: { ads: ["src/ads"] } }));
    await expect(changedSince("main")).rejects.toThrow(/does not contain src\/ads$/);
  });
});

describe("images.json", () => {
  it.each([
    ["{", /cannot be read: /],
    ['{"repository": "x", "images": {}, "tag": 1}', /Unrecognized key: "tag"/],
    ['{"repository": "https://x/y", "images": {}}', /repository: must be a registry/],
    ['{"repository": "x/y", "images": {"Api": ["a"]}}', /must be the name of an image/],
    ['{"repository": "x/y", "images": {"api": []}}', /images.api: must name at least one folder/],
    ['{"repository": "x/y", "images": {"api": ["../a"]}}', /images.api.0: must be a folder below/],
    ['{"repository": "x/y", "images": {"api": ["/a"]}}', /images.api.0: must be a folder below/],
    ['{"repository": "x/y", "images": {"api": ["a/./b"]}}', /images.api.0: must be a folder below/],
    ['{"repository": "x/y", "images": {"api": ["a/"]}}', /images.api.0: must be a folder below/],
  ])("%s is refused", (text, message) => {
    write("images.json", text);
    expect(sources).toThrow(message);
  });

  it("is read from the path in --sources", () => {
    expect(() => readImageSources(join(folder, "none.json"))).toThrow(/none\.json cannot be read/);
  });
});
