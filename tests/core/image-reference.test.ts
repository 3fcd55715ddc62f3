import {
  isOfficialImage,
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
  ])("takes %s apart", (text, parts) => {
    expect(parseImageReference(text)).toEqual(parts);
  });

  it("knows the service and whether it is nobody's own build", () => {
    expect(serviceOf({ name: "registry.digitalocean.com/acme/api" })).toBe("api");
    expect(serviceOf({ name: "redis" })).toBe("redis");
    expect(isOfficialImage({ name: "redis" })).toBe(true);
    expect(isOfficialImage({ name: "docker.io/library/redis" })).toBe(true);
    expect(isOfficialImage({ name: "acme/api" })).toBe(false);
  });
});
