import { readFileSync } from "node:fs";
import { REAPER_SCOPES, SCOPES, scopeOf } from "../../../cli/account/scopes";
import { scopesOf } from "../../../packages/emulator/api/scopes";

const words = (text: string) => text.split(/\s+/).join(" ");

it.each([
  ["docs/getting-started.md", SCOPES],
  ["docs/reaping.md", REAPER_SCOPES],
])("%s names the scopes that a token needs", (file, scopes) => {
  expect(words(readFileSync(file, "utf8"))).toContain(words(scopes));
});

// The emulator's scopes are compared with DigitalOcean's own description of them.
it.each([
  ["GET", "/v2/account"],
  ["GET", "/v2/sizes"],
  ["GET", "/v2/kubernetes/clusters"],
  ["GET", "/v2/kubernetes/clusters/{cluster_id}/credentials"],
  ["DELETE", "/v2/kubernetes/clusters/{cluster_id}/destroy_with_associated_resources/dangerous"],
  ["GET", "/v2/droplets/{droplet_id}"],
  ["GET", "/v2/load_balancers"],
  ["GET", "/v2/volumes"],
  ["GET", "/v2/snapshots"],
  ["GET", "/v2/snapshots/{snapshot_id}"],
  ["GET", "/v2/registries"],
  ["GET", "/v2/monitoring/metrics/droplet/cpu"],
  ["DELETE", "/v2/droplets/{droplet_id}"],
  ["DELETE", "/v2/load_balancers/{lb_id}"],
  ["DELETE", "/v2/volumes/{volume_id}"],
  ["DELETE", "/v2/snapshots/{snapshot_id}"],
] as const)("an error of %s %s names a scope that the documentation lists", (method, path) => {
  const told = scopeOf(method, path)?.match(/\w+:\w+/g) ?? [];
  expect([...told].sort()).toEqual([...scopesOf(method, path)].sort());
  const all = `${SCOPES}, ${REAPER_SCOPES}`.split(", ");
  expect(
    told.filter((scope) => !all.includes(scope) && !all.includes(scope.split(":")[0] ?? "")),
  ).toEqual([]);
});
