import { type ErrorBody, TestEmulator } from "./support/test-emulator";

const DIGEST = /^sha256:[0-9a-f]{64}$/;
const REGISTRY = "/v2/registries/team";
const FRONTEND = `${REGISTRY}/repositories/shop%2Ffrontend`;

interface TagsBody {
  readonly tags: readonly {
    readonly tag: string;
    readonly manifest_digest: string;
    readonly size_bytes: number;
    readonly updated_at: string;
  }[];
  readonly meta: { readonly total: number };
}

interface ManifestsBody {
  readonly manifests: readonly {
    readonly digest: string;
    readonly tags: readonly string[];
    readonly compressed_size_bytes: number;
    readonly blobs: readonly { readonly compressed_size_bytes: number }[];
  }[];
}

interface RepositoriesBody {
  readonly repositories: readonly {
    readonly name: string;
    readonly tag_count: number;
    readonly manifest_count: number;
    readonly latest_manifest: { readonly digest: string };
  }[];
  readonly links: { readonly pages?: Readonly<Record<string, string>> };
}

let emulator: TestEmulator;

beforeEach(async () => {
  emulator = await TestEmulator.start();
  const request = { name: "team", subscription_tier_slug: "professional" };
  await emulator.call("POST", "/v2/registries", request);
});
afterEach(() => emulator.close());

const tryPush = (image: object) =>
  emulator.call<ErrorBody & { digest: string }>("POST", "/_emulator/images", {
    registry: "team",
    repository: "shop/frontend",
    ...image,
  });
const push = async (image: object) => (await tryPush(image)).body.digest;
const tags = async () => (await emulator.get<TagsBody>(`${FRONTEND}/tags`)).body.tags;
const manifests = async () =>
  (await emulator.get<ManifestsBody>(`${FRONTEND}/digests`)).body.manifests;
const repositories = async () =>
  (await emulator.get<RepositoriesBody>(`${REGISTRY}/repositoriesV2`)).body.repositories;

test("a pushed image is found by its tag and by its digest", async () => {
  const digest = await push({ tag: "1.0", size_bytes: 4000 });

  expect(digest).toMatch(DIGEST);
  expect(await tags()).toEqual([
    expect.objectContaining({ tag: "1.0", manifest_digest: digest, size_bytes: 4000 }),
  ]);
  expect(await manifests()).toEqual([expect.objectContaining({ digest, tags: ["1.0"] })]);
  expect(await repositories()).toEqual([
    expect.objectContaining({ name: "shop/frontend", tag_count: 1, manifest_count: 1 }),
  ]);
});

test("the deprecated routes show the same", async () => {
  const digest = await push({ tag: "1.0" });

  const old = FRONTEND.replace("registries", "registry");
  expect((await emulator.get<TagsBody>(`${old}/tags`)).body.tags[0]?.manifest_digest).toBe(digest);
  const { body } = await emulator.get<{ repositories: { latest_tag: { tag: string } }[] }>(
    "/v2/registry/team/repositories",
  );
  expect(body.repositories.map(({ latest_tag }) => latest_tag.tag)).toEqual(["1.0"]);
});

test("a tag that is pushed again moves, and its old image stays without it", async () => {
  const first = await push({ tag: "main" });
  await emulator.call("POST", "/_emulator/clock", { advanceSeconds: 60 });
  const before = (await tags())[0]?.updated_at ?? "";
  const second = await push({ tag: "main" });

  expect(second).not.toBe(first);
  const [moved, ...others] = await tags();
  expect(others).toEqual([]);
  expect(moved?.manifest_digest).toBe(second);
  expect(Date.parse(moved?.updated_at ?? "")).toBeGreaterThan(Date.parse(before));
  const named = (await manifests()).map(({ digest, tags: names }) => [digest, names]);
  expect(named).toEqual([
    [first, []],
    [second, ["main"]],
  ]);
  expect((await repositories())[0]?.latest_manifest.digest).toBe(second);
});

test("one image can have several tags, and is the latest when it is pushed again", async () => {
  const digest = await push({ tag: "1.0" });
  await push({ tag: "2.0" });
  await push({ tag: "latest", digest });

  expect((await manifests()).map((manifest) => manifest.tags)).toEqual([
    ["2.0"],
    ["1.0", "latest"],
  ]);
  expect((await repositories())[0]?.latest_manifest.digest).toBe(digest);
});

test("a deleted tag is gone, its image is not", async () => {
  const digest = await push({ tag: "1.0" });

  expect((await emulator.call("DELETE", `${FRONTEND}/tags/1.0`)).status).toBe(204);

  expect(await tags()).toEqual([]);
  expect((await manifests()).map((manifest) => manifest.digest)).toEqual([digest]);
  expect((await emulator.call("DELETE", `${FRONTEND}/tags/1.0`)).status).toBe(404);
});

test("an image is deleted with its tags, and the last one with its repository", async () => {
  const [first, second] = [await push({ tag: "1.0" }), await push({ tag: "2.0" })];

  expect((await emulator.call("DELETE", `${FRONTEND}/digests/${first}`)).status).toBe(204);
  expect((await tags()).map(({ tag }) => tag)).toEqual(["2.0"]);
  await emulator.call("DELETE", `${FRONTEND}/digests/${second}`);

  expect(await repositories()).toEqual([]);
  expect((await emulator.call("DELETE", `${FRONTEND}/digests/${second}`)).status).toBe(404);
});

test("deleting a repository does not affect others", async () => {
  await push({ tag: "1.0" });
  await push({ repository: "shop/frontend-tools", tag: "1.0" });

  expect((await emulator.call("DELETE", FRONTEND)).status).toBe(204);

  expect((await repositories()).map(({ name }) => name)).toEqual(["shop/frontend-tools"]);
  expect((await emulator.call("DELETE", FRONTEND)).status).toBe(404);
});

test("a new registry has no images of a deleted one", async () => {
  await push({ tag: "1.0" });
  await emulator.call("DELETE", "/v2/registries/team");
  await emulator.call("POST", "/v2/registries", { name: "team" });

  expect(await repositories()).toEqual([]);
});

test("a registry has the compressed size of its images", async () => {
  await push({ tag: "1.0", size_bytes: 10_000 });
  await push({ tag: "2.0", size_bytes: 20_000 });

  const { body } = await emulator.get<{ registry: { storage_usage_bytes: number } }>(REGISTRY);
  const sizes = (await manifests()).map((manifest) => manifest.compressed_size_bytes);

  expect(body.registry.storage_usage_bytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
  expect(sizes[1]).toBeGreaterThan(sizes[0] ?? 0);
  for (const { compressed_size_bytes, blobs } of await manifests()) {
    const total = blobs.reduce((sum, blob) => sum + blob.compressed_size_bytes, 0);
    expect(compressed_size_bytes).toBe(total);
  }
});

test("tags come in pages", async () => {
  for (let number = 1; number <= 5; number += 1) {
    await push({ tag: `1.${number}` });
  }

  const { body } = await emulator.get<TagsBody>(`${FRONTEND}/tags?per_page=2&page=2`);

  expect(body.tags.map(({ tag }) => tag)).toEqual(["1.3", "1.4"]);
  expect(body.meta.total).toBe(5);
});

test("repositories come in pages with a token", async () => {
  for (const repository of ["a", "b", "c"]) {
    await push({ repository, tag: "1.0" });
  }
  const path = `${REGISTRY}/repositoriesV2?per_page=1`;
  const get = async (from: string) => (await emulator.get<RepositoriesBody>(from)).body;
  const first = await get(path);
  const token = new URL(first.links.pages?.next ?? "").searchParams.get("page_token") ?? "";

  const second = await get(`${path}&page=3&page_token=${token}`);

  expect(first.repositories.map(({ name }) => name)).toEqual(["a"]);
  expect(second.repositories.map(({ name }) => name)).toEqual(["b"]);
  expect((await get(second.links.pages?.next?.slice(emulator.url.length) ?? "")).links).toEqual({
    pages: { first: expect.any(String), prev: expect.stringContaining("page_token=") },
  });
  expect((await emulator.get(`${path}&page_token=made-up`)).status).toBe(400);
});

test("images survive a restart", async () => {
  const digest = await push({ tag: "1.0" });

  await emulator.restart();

  expect((await tags()).map(({ manifest_digest }) => manifest_digest)).toEqual([digest]);
});

test.each([
  ["an unknown registry", { registry: "none" }, 404],
  ["a repository name with capitals", { repository: "Shop" }, 422],
  ["a tag with a slash", { tag: "a/b" }, 422],
  ["a digest that is none", { digest: "sha256:12" }, 422],
])("pushing to %s is refused", async (_, image, status) => {
  expect((await tryPush(image)).status).toBe(status);
});

test.each([
  `${REGISTRY.replace("team", "none")}/repositoriesV2`,
  `${REGISTRY}/repositories/none/tags`,
  `${REGISTRY}/repositories/none/digests`,
])("%s answers 404", async (path) => {
  expect((await emulator.get(path)).status).toBe(404);
});

test("a plan limits the repositories, and cannot be selected with more", async () => {
  await emulator.call("POST", "/v2/registries/subscription", { tier_slug: "starter" });
  await push({ tag: "1.0" });

  const refused = await tryPush({ repository: "second", tag: "1.0" });

  expect([refused.status, refused.body.message]).toEqual([
    403,
    "registry contains 1 repositories, limit is 1",
  ]);
  expect((await tryPush({ tag: "2.0" })).status).toBe(201);

  await emulator.call("POST", "/v2/registries/subscription", { tier_slug: "basic" });
  await push({ repository: "second", tag: "1.0" });
  const back = await emulator.call<ErrorBody>("POST", "/v2/registries/subscription", {
    tier_slug: "starter",
  });
  expect([back.status, back.body.message]).toEqual([
    412,
    "registry is not eligible for tier because: [OverRepositoryLimit]",
  ]);
});
