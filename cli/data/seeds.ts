import pMap from "p-map";
import { planKeeping } from "../../core/data/keep";
import { type KeptClaim, snapshotName } from "../../core/data/kept-claim";
import { type Seed, seedsIn, seedTag, seedTags } from "../../core/data/seed";
import { UserError } from "../../core/errors";
import type { DigitalOcean } from "../account/digitalocean";
import { requireWhole } from "../stacks/awake";
import type { StackRecord } from "../stacks/record";
import { writeTags } from "../stacks/stack-tags";
import type { Context } from "../terminal/context";
import { requireListed } from "./account-kept";
import { type ClaimFacts, faultsError, readClaims } from "./claim-facts";
import { quiesce, resume } from "./quiesce";
import { SNAPSHOTS_AT_ONCE, takeSnapshot } from "./take-snapshot";

/**
 * Saves the content of an environment's volumes as a seed, and deletes older versions once all claims are saved. Stops the
 * environment's pods for that time.
 *
 * @param only - names of claims. @default - all
 * @throws {UserError} when the environment has no data, or a claim cannot be saved; the older version is kept then
 */
export async function saveSeed(
  context: Context,
  account: DigitalOcean,
  record: StackRecord,
  name: string,
  only?: readonly string[],
): Promise<Seed> {
  const { stack } = record;
  requireWhole(record);
  const facts = await readClaims(context, account, record);
  const claims = facts?.claims.filter(
    (claim) => only?.includes(claim.name) ?? claim.namespace === facts.home.namespace,
  );
  const missing = only?.filter((wanted) => !claims?.some((claim) => claim.name === wanted)) ?? [];
  const plan =
    facts &&
    claims &&
    planKeeping({ ...facts, isOwn: facts.home.isOwn, claims, kept: [], settings: KEEP_ALL });
  if (plan !== undefined && plan.faults.length > 0) {
    throw faultsError(`the data of "${stack}" cannot be saved`, plan.faults);
  }
  if (facts === undefined || plan === undefined || missing.length > 0 || plan.claims.length === 0) {
    throw new UserError(
      missing.length > 0
        ? `"${stack}" has no claim ${missing.join(", ")}`
        : `"${stack}" has no volume with data`,
      `kubectl get pvc   # then doks-env data save ${stack} --as ${name} --claims <names>`,
    );
  }
  await requireListed(account, facts.snapshots, seedTag(name));
  const older = seedsIn(facts.snapshots, context.project.name).filter((seed) => seed.name === name);
  const version = (older[0]?.version ?? 0) + 1;
  const size = plan.claims.length;
  // After any interruption, the next update starts the pods again.
  await writeTags(context, record, { stopped: context.now().toISOString() });
  let snapshots: readonly KeptClaim[];
  try {
    await quiesce(account, restingOf(context, facts, plan));
    snapshots = await pMap(
      plan.claims,
      (claim) =>
        takeSnapshot(account, context.signal, claim.volumeId, {
          name: snapshotName(name, claim.claim, version),
          tags: seedTags(context.project.name, { name, version, size }, claim),
        }),
      { concurrency: SNAPSHOTS_AT_ONCE },
    );
  } finally {
    await resume(facts.home.objects, facts.home.namespace);
    await writeTags(context, record, { stopped: null });
  }
  await deleteSeeds(account, older);
  return { name, version, snapshots, isComplete: true };
}

const KEEP_ALL = { keep: "snapshot", claims: {} } as const;

function restingOf(
  { signal }: Context,
  { home, claims }: ClaimFacts,
  plan: ReturnType<typeof planKeeping>,
) {
  const names = plan.claims.map(({ claim }) => claim);
  return {
    objects: home.objects,
    namespace: home.namespace,
    owners: plan.owners,
    signal,
    claims: claims.filter((claim) => names.includes(claim.name)),
    volumeIds: plan.claims.map(({ volumeId }) => volumeId),
  };
}

/** Deletes versions of seeds, the newest last, so that a kill in between does not bring an older one back into use. */
export async function deleteSeeds(account: DigitalOcean, seeds: readonly Seed[]): Promise<void> {
  const oldestFirst = [...seeds].sort((one, other) => one.version - other.version);
  for (const { id } of oldestFirst.flatMap(({ snapshots }) => snapshots)) {
    await account.deleteThing("volume snapshot", id);
  }
}
