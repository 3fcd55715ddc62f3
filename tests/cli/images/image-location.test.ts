import { locate } from "../../../cli/images/image-location";
import { parseImageReference } from "../../../core/manifests/image-reference";

const DIGEST = `sha256:${"a".repeat(64)}`;

describe("locate", () => {
  it.each([
    ["redis", "registry-1.docker.io", "library/redis", "latest"],
    ["redis:alpine", "registry-1.docker.io", "library/redis", "alpine"],
    ["valkey/valkey:9", "registry-1.docker.io", "valkey/valkey", "9"],
    ["docker.io/redis:7", "registry-1.docker.io", "library/redis", "7"],
    ["docker.io/library/redis:7", "registry-1.docker.io", "library/redis", "7"],
    ["index.docker.io/valkey/valkey", "registry-1.docker.io", "valkey/valkey", "latest"],
    ["ghcr.io/acme/shop/api:v1", "ghcr.io", "acme/shop/api", "v1"],
    ["localhost/api", "localhost", "api", "latest"],
    ["127.0.0.1:5000/shop/api:v1", "127.0.0.1:5000", "shop/api", "v1"],
    ["registry:5000/api", "registry:5000", "api", "latest"],
    [`ghcr.io/acme/api:v1@${DIGEST}`, "ghcr.io", "acme/api", DIGEST],
  ])("looks for %s at %s", (text, registry, repository, reference) => {
    expect(locate(parseImageReference(text))).toEqual({ registry, repository, reference });
  });
});
