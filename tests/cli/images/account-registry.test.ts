import { DigitalOcean } from "../../../cli/account/digitalocean";
import { imageResolver } from "../../../cli/images/resolve-image";
import { parseImageReference } from "../../../core/manifests/image-reference";
import { TestEmulator } from "../../../packages/emulator/tests/api/support/test-emulator";
import { withRegistry } from "../../helpers/registry-server";

const REGISTRY = "registry.digitalocean.com";
const UNKNOWN_DIGEST = `sha256:${"0".repeat(64)}`;

let emulator: TestEmulator;

beforeEach(async () => {
  emulator = await TestEmulator.start();
  await emulator.call("POST", "/v2/registries", {
    name: "acme",
    subscription_tier_slug: "professional",
  });
});
afterEach(() => emulator.close());

/** Pushes an image. @returns its digest */
function push(repository: string, tag: string): string {
  return emulator.account.images.push({ registry: "acme", repository, tag }).digest;
}

function resolver(token = emulator.token) {
  const account = new DigitalOcean({ origin: emulator.url, token }, { sleep: async () => {} });
  const resolve = imageResolver(() => account, { DOCKER_CONFIG: emulator.stateDirectory });
  return (image: string) => resolve(parseImageReference(image));
}

const requests = async () => {
  const { body } = await emulator.get<{ requests: { path: string; query: string }[] }>(
    "/_emulator/requests",
  );
  return body.requests.map(({ path, query }) => path + query);
};

test("finds an image of the account's registry by its tag and by its digest", async () => {
  const old = push("api", "v1");
  const digest = push("api", "v1");
  push("api", "v2");
  const resolve = resolver();
  expect(await resolve(`${REGISTRY}/acme/api:v1`)).toEqual({ digest });
  expect(await resolve(`${REGISTRY}/acme/api@${old}`)).toEqual({ digest: old });
  expect(await resolve(`${REGISTRY}/acme/api:v3`)).toBe("absent");
  expect(await resolve(`${REGISTRY}/acme/api@${UNKNOWN_DIGEST}`)).toBe("absent");
});

test("accepts a repository name with several parts", async () => {
  const digest = push("shop/front/end", "latest");
  expect(await resolver()(`${REGISTRY}/acme/shop/front/end`)).toEqual({ digest });
});

test("finds a tag on a later page", async () => {
  const first = push("api", "build-0");
  for (let build = 1; build <= 200; build++) {
    push("api", `build-${build}`);
  }
  const last = push("api", "build-201");
  expect(await resolver()(`${REGISTRY}/acme/api:build-0`)).toEqual({ digest: first });
  expect(await resolver()(`${REGISTRY}/acme/api:build-201`)).toEqual({ digest: last });
});

test("distinguishes a missing repository from another account's registry", async () => {
  expect(await resolver()(`${REGISTRY}/acme/nothing:v1`)).toBe("absent");
  expect(await resolver()(`${REGISTRY}/others/api:v1`)).toEqual({
    unknown: `the token's account has no registry named "others"`,
  });
  expect(await resolver()(`${REGISTRY}/api:v1`)).toBe("absent");
});

test("reports an image as unknown without the scope", async () => {
  push("api", "v1");
  const { body } = await emulator.call<{ token: string }>("POST", "/_emulator/tokens", {
    scopes: ["kubernetes:read"],
  });
  expect(await resolver(body.token)(`${REGISTRY}/acme/api:v1`)).toEqual({
    unknown: "the token lacks the scope registry:read",
  });
});

test("reports an image as unknown while DigitalOcean or its list of registries fails", async () => {
  push("api", "v1");
  const fault = (path: string) => emulator.fault({ method: "GET", path, times: 4 });
  await fault("/v2/registries/**");
  expect(await resolver()(`${REGISTRY}/acme/api:v1`)).toEqual({
    unknown: "DigitalOcean answered 500 to the request for a repository's images",
  });
  await fault("/v2/registries");
  expect(await resolver()(`${REGISTRY}/others/api:v1`)).toEqual({
    unknown: "DigitalOcean answered 500 to the request for a repository's images",
  });
});

test("looks up each image once, and in its own registry", async () => {
  const digest = push("api", "v1");
  const resolve = resolver();
  await resolve(`${REGISTRY}/acme/api:v1`);
  expect(await resolve(`${REGISTRY}/acme/api:v1`)).toEqual({ digest });
  await withRegistry({ images: { "shop/web:v1": UNKNOWN_DIGEST } }, async (registry) => {
    expect(await resolve(`${registry.host}/shop/web:v1`)).toEqual({ digest: UNKNOWN_DIGEST });
    await resolve(`${registry.host}/shop/web:v1`);
    expect(registry.requests()).toHaveLength(1);
  });
  const tagLists = (await requests()).filter((path) => path.includes("/tags"));
  expect(tagLists).toHaveLength(1);
});
