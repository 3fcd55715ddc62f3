import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { UpData } from "../../../cli/environments/up.data";
import type { ImagesData } from "../../../cli/images/images.data";
import { parseImageReference } from "../../../core/manifests/image-reference";
import { MINUTES } from "../support/commands";
import { writeOverlay } from "../support/overlay";
import { World } from "../support/world";

// Claim: in a repository with many services only a branch's changed services are built, and its environment runs them with the
// main branch's images of the others.

const SHOP = "registry.digitalocean.com/acme/shop";

let world: World;
let shop: string;
beforeAll(async () => {
  world = await World.start();
  await world.api.request("POST", "/v2/registries", {
    name: "acme",
    subscription_tier_slug: "basic",
    region: "fra1",
  });
  shop = join(world.folder, "shop");
  mkdirSync(shop);
  await git("init", "--quiet", "--initial-branch=main");
}, MINUTES);
afterAll(() => world.close(), MINUTES);

const git = (...args: string[]) => world.runWell("git", "-C", shop, ...args);

async function commit(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(join(shop, file, ".."), { recursive: true });
    writeFileSync(join(shop, file), content);
  }
  await git("add", "--all");
  await git("commit", "--quiet", "--message=change");
}

function images(since: string): Promise<ImagesData> {
  const sources = join(shop, "images.json");
  return world.doksEnvJson<ImagesData>("images", "--changed-since", since, "--sources", sources);
}

/** As the build of a commit does. @returns digests by the image's name */
async function push(changed: ImagesData["changed"]): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const { name, reference } of changed) {
    const { tag } = parseImageReference(reference);
    const image = { registry: "acme", repository: `shop/${name}`, tag };
    const pushed = await world.api.request<{ digest: string }>("POST", "/_emulator/images", image);
    digests[name] = pushed.digest;
  }
  return digests;
}

it(
  "builds changed services, and runs them with unchanged ones",
  async () => {
    await commit({
      "images.json": JSON.stringify({
        repository: SHOP,
        images: { api: ["src/api"], worker: ["src/worker"] },
      }),
      "src/api/Dockerfile": "FROM scratch\n",
      "src/worker/Dockerfile": "FROM scratch\n",
    });
    const onMain = await push((await images("HEAD")).changed);
    expect(Object.keys(onMain)).toEqual(["api", "worker"]);

    await git("switch", "--quiet", "--create", "branch");
    await commit({ "src/api/Dockerfile": "FROM scratch\nLABEL of=branch\n" });
    const found = await images("main");
    expect(found.changed.map(({ name }) => name)).toEqual(["api"]);
    expect(found.unchanged).toEqual({ worker: onMain.worker });

    const { api = "" } = await push(found.changed);
    expect(api).not.toBe(onMain.api);
    const overlay = writeOverlay(join(world.folder, "overlay"), [
      { name: "api", image: "api:latest" },
      { name: "worker", image: "worker:latest" },
    ]);
    const up = await world.doksEnvJson<UpData>(
      ...["up", "pr-7-ci", "--yes", "--overlay", overlay, ...found.arguments, "--pin"],
    );
    expect(up.images).toEqual([`${SHOP}/api@${api}`, `${SHOP}/worker@${onMain.worker}`]);
    await world.down("pr-7-ci");
    expect(await world.gitStatus()).toBe("");
  },
  4 * MINUTES,
);

it("accepts the documentation's example file", async () => {
  const page = readFileSync(join(__dirname, "../../../docs/monorepo.md"), "utf8");
  const [, example = ""] = /```json\n(.*?)```/s.exec(page) ?? [];
  const folders = Object.values(
    (JSON.parse(example) as { images: Record<string, string[]> }).images,
  );
  await commit({
    "images.json": example,
    ...Object.fromEntries(folders.flat().map((folder) => [`${folder}/file`, "content"])),
  });
  const { changed } = await images("HEAD");
  expect(changed.map(({ reference }) => parseImageReference(reference).name)).toEqual(
    ["adservice", "cartservice", "checkoutservice", "frontend"].map((name) => `${SHOP}/${name}`),
  );
});
