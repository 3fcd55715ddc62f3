import { UserError } from "../../core/errors";
import { kustomizeImages } from "../../core/manifests/image-overrides";

const IMAGES = [
  "registry.digitalocean.com/acme/api:1.0",
  "registry.digitalocean.com/acme/web:1.0",
  "redis:alpine",
];
const DIGEST = `sha256:${"b".repeat(64)}`;

describe("kustomizeImages", () => {
  it("is empty without overrides", () => {
    expect(kustomizeImages(IMAGES, {})).toEqual([]);
  });

  it("finds an image by its service or by its full name", () => {
    const expected = [{ name: "registry.digitalocean.com/acme/api", newTag: "2.0" }];
    expect(kustomizeImages(IMAGES, { api: { tag: "2.0" } })).toEqual(expected);
    expect(
      kustomizeImages(IMAGES, { "registry.digitalocean.com/acme/api": { tag: "2.0" } }),
    ).toEqual(expected);
  });

  it("applies the common tag to the team's images, not to Docker Hub's official ones", () => {
    expect(kustomizeImages(IMAGES, {}, "pr-7")).toEqual([
      { name: "registry.digitalocean.com/acme/api", newTag: "pr-7" },
      { name: "registry.digitalocean.com/acme/web", newTag: "pr-7" },
    ]);
  });

  const SPELLINGS = ["redis", "library/redis", "docker.io/redis", "docker.io/library/redis"];

  it.each(SPELLINGS)("does not apply the common tag to the official image %s", (name) => {
    expect(kustomizeImages([`${name}:7`], {}, "pr-7")).toEqual([]);
  });

  it.each(SPELLINGS.flatMap((key) => SPELLINGS.map((name) => [key, name] as const)))(
    "finds with the key %s the tree's image %s, and its pin",
    (key, name) => {
      expect(kustomizeImages([`${name}:7`], { [key]: { tag: "8" } })).toEqual([
        { name, newTag: "8" },
      ]);
      expect(kustomizeImages([`${name}:7`], {}, undefined, { [`${key}:7`]: DIGEST })).toEqual([
        { name, digest: DIGEST },
      ]);
    },
  );

  it("applies an override to each spelling of the image in the tree", () => {
    expect(kustomizeImages(["redis:7", "docker.io/redis:6"], { redis: { tag: "8" } })).toEqual([
      { name: "redis", newTag: "8" },
      { name: "docker.io/redis", newTag: "8" },
    ]);
  });

  it("prefers an override of one image to the common tag, and a digest to a tag", () => {
    expect(
      kustomizeImages(
        IMAGES,
        {
          api: { tag: "2.0" },
          web: { tag: "3.0", digest: DIGEST },
          redis: { name: "valkey/valkey" },
        },
        "pr-7",
      ),
    ).toEqual([
      { name: "registry.digitalocean.com/acme/api", newTag: "2.0" },
      { name: "registry.digitalocean.com/acme/web", digest: DIGEST },
      { name: "redis", newName: "valkey/valkey" },
    ]);
  });

  it("writes one override for an image with two tags", () => {
    expect(kustomizeImages(["acme/api:1", "acme/api:2"], { api: { tag: "3" } })).toEqual([
      { name: "acme/api", newTag: "3" },
    ]);
  });

  describe("with pins", () => {
    const pins = { "registry.digitalocean.com/acme/api:pr-7": DIGEST };

    it("uses the digest of the deployed reference, from any layer that sets the tag", () => {
      const expected = { name: "registry.digitalocean.com/acme/api", digest: DIGEST };
      expect(kustomizeImages(IMAGES, {}, "pr-7", pins)).toContainEqual(expected);
      expect(kustomizeImages(IMAGES, { api: { tag: "pr-7" } }, undefined, pins)).toEqual([
        expected,
      ]);
      const asIs = { "registry.digitalocean.com/acme/api:1.0": DIGEST };
      expect(kustomizeImages(IMAGES, {}, undefined, asIs)).toEqual([expected]);
    });

    it("drops the digest for another tag", () => {
      expect(kustomizeImages(IMAGES, {}, "pr-8", pins)).toContainEqual({
        name: "registry.digitalocean.com/acme/api",
        newTag: "pr-8",
      });
    });

    it("treats an image without a tag as latest", () => {
      expect(kustomizeImages(["acme/api"], {}, undefined, { "acme/api:latest": DIGEST })).toEqual([
        { name: "acme/api", digest: DIGEST },
      ]);
    });

    it("does not pin an image with two tags of different digests", () => {
      const images = ["acme/api:1", "acme/api:2"];
      expect(kustomizeImages(images, {}, undefined, { "acme/api:1": DIGEST })).toEqual([]);
    });

    it("yields to an explicit digest", () => {
      const digest = `sha256:${"c".repeat(64)}`;
      expect(kustomizeImages(IMAGES, { api: { digest } }, "pr-7", pins)).toContainEqual({
        name: "registry.digitalocean.com/acme/api",
        digest,
      });
    });
  });

  it("fails for an override that matches no image, and suggests the nearest image", () => {
    const attempt = () => kustomizeImages(IMAGES, { apo: { tag: "2.0" } });
    expect(attempt).toThrow(UserError);
    expect(attempt).toThrow(
      "images.apo does not match an image of the overlay; its images are registry.digitalocean.com/acme/api, registry.digitalocean.com/acme/web, redis",
    );
    try {
      attempt();
    } catch (error) {
      // oxlint-disable-next-line jest/no-conditional-expect -- toThrow above proves that this is reached
      expect((error as UserError).fix).toContain("then set it for api");
    }
  });

  it("fails for a service that two images share", () => {
    expect(() => kustomizeImages(["a/api:1", "b/api:1"], { api: { tag: "2" } })).toThrow(
      "images.api matches a/api and b/api",
    );
  });
});
