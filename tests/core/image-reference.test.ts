import {
  isOfficialImage,
  normalName,
  parseImageReference,
  serviceOf,
} from "../../core/manifests/image-reference";

const DIGEST = `sha256:${"a".repeat(64)}`;

describe("parseImageReference", () => {
  it.each([
    ["redis", { name: "redis" }],
    ["redis:alpine", { name: "redis", tag: "alpine" }],
    ["localhost:5000/api", { name: "localhost:5000/api" }],
    ["localhost:5000/team/api:1.2", { name: "localhost:5000/team/api", tag: "1.2" }],
    [`api@${DIGEST}`, { name: "api", digest: DIGEST }],
    [
      `registry.example.com:5000/a/b:v1@${DIGEST}`,
      { name: "registry.example.com:5000/a/b", tag: "v1", digest: DIGEST },
    ],
  ])("parses %s", (text, parts) => {
    expect(parseImageReference(text)).toEqual(parts);
  });

  it("returns the service of an image", () => {
    expect(serviceOf({ name: "registry.digitalocean.com/acme/api" })).toBe("api");
    expect(serviceOf({ name: "redis" })).toBe("redis");
  });
});

describe("normalName", () => {
  it.each([
    ["redis", "docker.io/library/redis"],
    ["library/redis", "docker.io/library/redis"],
    ["docker.io/redis", "docker.io/library/redis"],
    ["docker.io/library/redis", "docker.io/library/redis"],
    ["index.docker.io/redis", "docker.io/library/redis"],
    ["acme/api", "docker.io/acme/api"],
    ["docker.io/acme/api", "docker.io/acme/api"],
    ["localhost/api", "localhost/api"],
    ["localhost:5000/api", "localhost:5000/api"],
    ["registry/api", "docker.io/registry/api"],
    ["Registry/api", "Registry/api"],
    ["ghcr.io/redis", "ghcr.io/redis"],
  ])("of %s is %s", (name, normal) => {
    expect(normalName({ name })).toBe(normal);
    expect(normalName({ name: normal })).toBe(normal);
    expect(isOfficialImage({ name })).toBe(normal.startsWith("docker.io/library/"));
  });
});
