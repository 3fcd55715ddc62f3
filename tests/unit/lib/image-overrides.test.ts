import { UserError } from "../../../lib/errors";
import { kustomizeImages } from "../../../lib/image-overrides";

const IMAGES = [
  "registry.digitalocean.com/acme/api:1.0",
  "registry.digitalocean.com/acme/web:1.0",
  "redis:alpine",
];
const DIGEST = `sha256:${"b".repeat(64)}`;

describe("kustomizeImages", () => {
  it("says nothing without overrides", () => {
    expect(kustomizeImages(IMAGES, {})).toEqual([]);
  });

  it("finds an image by its service or by its full name", () => {
    const expected = [{ name: "registry.digitalocean.com/acme/api", newTag: "2.0" }];
    expect(kustomizeImages(IMAGES, { api: { tag: "2.0" } })).toEqual(expected);
    expect(
      kustomizeImages(IMAGES, { "registry.digitalocean.com/acme/api": { tag: "2.0" } }),
    ).toEqual(expected);
  });

  it("gives the tag for all to the team's images and leaves Docker Hub's official ones alone", () => {
    expect(kustomizeImages(IMAGES, {}, "pr-7")).toEqual([
      { name: "registry.digitalocean.com/acme/api", newTag: "pr-7" },
      { name: "registry.digitalocean.com/acme/web", newTag: "pr-7" },
    ]);
  });

  it("lets an override of one image win over the tag for all, and a digest over a tag", () => {
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

  it("says one override once for an image that runs with two tags", () => {
    expect(kustomizeImages(["acme/api:1", "acme/api:2"], { api: { tag: "3" } })).toEqual([
      { name: "acme/api", newTag: "3" },
    ]);
  });

  it("fails for an override that names no image, with those there are and the one that was meant", () => {
    const attempt = () => kustomizeImages(IMAGES, { apo: { tag: "2.0" } });
    expect(attempt).toThrow(UserError);
    expect(attempt).toThrow(
      "images.apo names no image of the overlay; its images are registry.digitalocean.com/acme/api, registry.digitalocean.com/acme/web, redis",
    );
    try {
      attempt();
    } catch (error) {
      // eslint-disable-next-line jest/no-conditional-expect -- toThrow above proves that this is reached
      expect((error as UserError).fix).toContain("say it of api");
    }
  });

  it("fails for a service that two images share", () => {
    expect(() => kustomizeImages(["a/api:1", "b/api:1"], { api: { tag: "2" } })).toThrow(
      "images.api could mean a/api or b/api",
    );
  });
});
