import fc from "fast-check";
import { changesOf, type Overrides } from "../../../cli/stacks/overrides";
import { UsageError } from "../../../cli/terminal/errors";
import { configPath, keysOf } from "../../../core/settings/config-path";

const PROJECT = { folder: "/work/env", name: "shop" };
const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;

const changes = (overrides: Partial<Overrides>, cwd = "/work/env") =>
  changesOf({ image: [], set: [], ...overrides }, PROJECT, cwd);
const imageOf = (reference: string) => changes({ image: [`api=${reference}`] }).images;

it("makes nothing of nothing", () => {
  expect(changes({})).toEqual({});
});

describe("--image", () => {
  it.each([
    ["v2", { tag: "v2" }],
    ["20261123", { tag: "20261123" }],
    ["1.10", { tag: "1.10" }],
    [DIGEST, { digest: DIGEST }],
    [`@${DIGEST}`, { digest: DIGEST }],
    ["nginx:1.27", { name: "nginx", tag: "1.27" }],
    ["acme/api", { name: "acme/api" }],
    ["localhost:5000/acme/api", { name: "localhost:5000/acme/api" }],
    ["localhost:5000/acme/api:v2", { name: "localhost:5000/acme/api", tag: "v2" }],
    [`acme/api@${DIGEST}`, { name: "acme/api", digest: DIGEST }],
    [`acme/api:v2@${DIGEST}`, { name: "acme/api", tag: "v2", digest: DIGEST }],
  ])("takes %s for %j", (reference, expected) => {
    expect(imageOf(reference)).toEqual({ api: expected });
  });

  it("leaves it to the settings' schema whether that is allowed", () => {
    expect(imageOf("sha256:tooshort")).toEqual({ api: { digest: "sha256:tooshort" } });
  });

  it("may be repeated for other services, by their name or by the image's", () => {
    expect(changes({ image: ["api=v2", "registry.example.com:5000/web=v3"] })).toEqual({
      images: { api: { tag: "v2" }, "registry.example.com:5000/web": { tag: "v3" } },
    });
  });

  it("keeps what follows the first = as it is", () => {
    expect(changes({ image: ["api=a=b"] })).toEqual({ images: { api: { tag: "a=b" } } });
  });
});

describe("--set", () => {
  it.each([
    ["nodeCount=4", { nodeCount: "4" }],
    ["imageTag=20261123", { imageTag: "20261123" }],
    ["protect=true", { protect: "true" }],
    ["overlay=../shop=old", { overlay: "../shop=old" }],
    ["smokeTest.path=/health?deep=1", { smokeTest: { path: "/health?deep=1" } }],
    ["limits.max.cpu=2", { limits: { max: { cpu: "2" } } }],
    [
      'developers=[{"kind":"Group","name":"shop"}]',
      { developers: [{ kind: "Group", name: "shop" }] },
    ],
    ['quota={"pods":10}', { quota: { pods: 10 } }],
  ])("takes %s for %j", (word, expected) => {
    expect(changes({ set: [word] })).toEqual(expected);
  });

  it("merges the values of one object; later ones override earlier ones", () => {
    const set = ["quota.pods=10", "quota.cpu=8", "quota.pods=20", "ttl=1d"];
    expect(changes({ set })).toEqual({ quota: { pods: "20", cpu: "8" }, ttl: "1d" });
  });

  it("lets an object take a text's place", () => {
    expect(changes({ set: ["quota=none", "quota.pods=20"] })).toEqual({ quota: { pods: "20" } });
  });

  it("can be combined with --image", () => {
    expect(changes({ set: ["images.web.tag=v1"], image: ["api=v2"] })).toEqual({
      images: { web: { tag: "v1" }, api: { tag: "v2" } },
    });
  });

  it("refuses what begins like JSON and is not", () => {
    expect(() => changes({ set: ["developers=[alice]"] })).toThrow(
      "--set got a value that looks like JSON but is not valid JSON: [alice]",
    );
  });
});

describe("a word that is not <name>=<value>", () => {
  it.each([
    ["--image", { image: ["frontend"] }, "frontend", "--image frontend=v2"],
    ["--image", { image: ["=v2"] }, "=v2", "--image frontend=v2"],
    ["--image", { image: ["frontend="] }, "frontend=", "--image frontend=v2"],
    ["--set", { set: ["nodeCount"] }, "nodeCount", "--set nodeCount=4"],
    ["--set", { set: ["nodeCount="] }, "nodeCount=", "--set nodeCount=4"],
  ])("is refused, with an example: %s %j", (option, overrides, word, fix) => {
    let thrown: unknown;
    try {
      changes(overrides);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(UsageError);
    expect(thrown).toMatchObject({ message: `${option} needs <name>=<value>, got "${word}"`, fix });
  });
});

describe("--overlay", () => {
  it.each([
    ["../shop/overlays/dev", "/work/env", "../shop/overlays/dev"],
    ["overlays/dev", "/work/shop", "../shop/overlays/dev"],
    ["/work/shop/overlays/dev", "/tmp", "../shop/overlays/dev"],
    [".", "/work/env/kustomize/dev", "kustomize/dev"],
    [".", "/work/env", "."],
  ])("%s from %s is %s from the project, the same in every checkout", (overlay, cwd, expected) => {
    expect(changes({ overlay }, cwd)).toEqual({ overlay: expected });
  });
});

it("uses --image-tag and --ttl as they are, before --set", () => {
  const set = ["ttl=1d", "imageTag=v1"];
  expect(changes({ set, imageTag: "20261123", ttl: "8h" })).toEqual({
    imageTag: "20261123",
    ttl: "8h",
  });
});

describe("a setting whose key has dots", () => {
  const set = (...words: string[]) =>
    changesOf({ image: [], set: words }, { folder: "/work/shop", name: "shop" }, "/work/shop");

  it.each([
    [
      'images["registry.example.com/x"].tag=v2',
      { images: { "registry.example.com/x": { tag: "v2" } } },
    ],
    ['images["a=b"].tag=v=2', { images: { "a=b": { tag: "v=2" } } }],
    ['["images"]["a\\"b"]=c', { images: { 'a"b': "c" } }],
    ["images.web.tag=v2", { images: { web: { tag: "v2" } } }],
    ["quota.cpu=4", { quota: { cpu: "4" } }],
  ])("is reported in Pulumi's notation: %s", (word, expected) => {
    expect(set(word)).toEqual(expected);
  });

  it("accepts the notation of printed fixes, for any keys", () => {
    const key = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(fc.tuple(fc.stringMatching(/^[a-z]+$/), key, key), (keys) => {
        expect(keysOf(configPath(keys))).toEqual(keys);
      }),
    );
  });

  it.each(['images["a.tag=v2', "images[0].tag=v2", "images..tag=v2", "images]=v2", ".images=v2x."])(
    "is refused when it is not a path: %s",
    (word) => {
      expect(() => set(word)).toThrow(UsageError);
    },
  );
});
