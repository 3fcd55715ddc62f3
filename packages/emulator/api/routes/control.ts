import { z } from "zod";
import type { Account } from "../../account/account";
import { timestamp } from "../../account/time";
import type { FaultRules } from "../fault-rules";
import type { RequestLog } from "../request-log";
import { created, noContent, ok, type Route, route } from "../router";

const advanceRequest = z.object({ advanceSeconds: z.number() });
const times = z.int().min(1).default(1);
const faultRequest = z.union([
  z.object({
    method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]),
    path: z.string().startsWith("/"),
    status: z.int().min(200).max(599).optional(),
    body: z.unknown().optional(),
    delayMs: z.number().min(0).default(0),
    times,
  }),
  z.object({ cluster: z.enum(["ends-in-error", "stays-provisioning"]), times }),
]);
const clusterNamesRequest = z.object({ unique: z.boolean() });
const snapshotRulesRequest = z.object({
  mostPerVolume: z.int().min(1).optional(),
  secondsBetween: z.int().min(0).optional(),
  followVolumes: z.boolean().optional(),
});
const imageRequest = z.object({
  registry: z.string(),
  repository: z.string(),
  tag: z.string().optional(),
  sizeBytes: z.int().min(0).optional(),
  digest: z.string().optional(),
});
const renewalRequest = z.object({ renew: z.string() });
const tokenRequest = z.object({
  scopes: z
    .array(z.string().regex(/^[a-z_]+:[a-z_]+$/, "is not a scope, e.g. kubernetes:read"))
    .min(1),
});

export interface Controls {
  readonly account: Account;
  readonly faults: FaultRules;
  readonly requests: RequestLog;
  /** Moves the account's clock. */
  readonly advanceClock: (milliseconds: number) => void;
}

/** The emulator's own API for tests: actions that DigitalOcean does not allow, or does not offer in its API. */
export function controlRoutes({ account, faults, requests, advanceClock }: Controls): Route[] {
  const {
    certificates,
    clock,
    clusterFaults,
    clusterResources,
    clusters,
    images,
    tokens,
    volumes,
  } = account;
  const time = () => ({ now: timestamp(clock.now()) });
  const planned = () => ({
    faults: [...faults.list(), ...clusterFaults.planned().map((cluster) => ({ cluster }))],
  });
  return [
    route("GET", "/_emulator/clock", () => ok(time())),
    route("POST", "/_emulator/clock", (request) => {
      advanceClock(request.body(advanceRequest).advanceSeconds * 1000);
      return ok(time());
    }),
    route("GET", "/_emulator/faults", () => ok(planned())),
    route("POST", "/_emulator/faults", (request) => {
      const rule = request.body(faultRequest);
      if ("cluster" in rule) {
        clusterFaults.plan(rule.cluster, rule.times);
      } else {
        faults.add(rule);
      }
      return created(planned());
    }),
    route("DELETE", "/_emulator/faults", () => {
      faults.clear();
      clusterFaults.clear();
      return noContent();
    }),
    route("POST", "/_emulator/cluster-names", (request) => {
      clusters.namesAreUnique = request.body(clusterNamesRequest).unique;
      return noContent();
    }),
    route("POST", "/_emulator/volume-snapshots", (request) => {
      const { followVolumes, ...limits } = request.body(snapshotRulesRequest);
      volumes.snapshotLimits = { ...volumes.snapshotLimits, ...limits };
      clusterResources.snapshotsFollowVolumes =
        followVolumes ?? clusterResources.snapshotsFollowVolumes;
      return noContent();
    }),
    route("GET", "/_emulator/volumes/{id}", (request) =>
      ok({ content: volumes.get(request.param("id")).content ?? null }),
    ),
    route("GET", "/_emulator/snapshots/{id}", (request) =>
      ok({ content: volumes.getSnapshot(request.param("id")).content ?? null }),
    ),
    route("POST", "/_emulator/certificates", (request) => {
      const { id } = certificates.renewNow(request.body(renewalRequest).renew);
      return ok({ id });
    }),
    route("POST", "/_emulator/images", (request) => {
      const { digest } = images.push(request.body(imageRequest));
      return created({ digest });
    }),
    route("POST", "/_emulator/tokens", (request) =>
      created({ token: tokens.issue(request.body(tokenRequest).scopes) }),
    ),
    route("GET", "/_emulator/requests", () => ok({ requests: requests.list() })),
  ];
}
