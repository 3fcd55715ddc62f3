import { randomUUID } from "node:crypto";
import pMap from "p-map";
import {
  type ClaimToKeep,
  type DataSettings,
  type KeepPlan,
  planKeeping,
} from "../../core/data/keep";
import {
  dataTag,
  type KeptClaim,
  keptClaimsIn,
  keptTags,
  snapshotName,
} from "../../core/data/kept-claim";
import { UserError } from "../../core/errors";
import { settingsSchema } from "../../core/settings/schema";
import type { DigitalOcean } from "../account/digitalocean";
import type { StackRecord } from "../stacks/record";
import type { Context } from "../terminal/context";
import { accountKind, keepersIn, keptIn } from "./account-kept";
import { type ClaimFacts, faultsError, readClaims } from "./claim-facts";
import { keepVolumes, releaseVolumes } from "./keep-volumes";
import { missingCopies, missingFaults } from "./missing-copies";
import { quiesce, resume } from "./quiesce";
import { SNAPSHOTS_AT_ONCE, takeSnapshot } from "./take-snapshot";

/** The claims whose data a sleep will keep. */
export interface Keeping extends KeepPlan {
  /** Uuid in the tags of the kept data. */
  readonly dataId: string;
  readonly facts: ClaimFacts;
  readonly kept: readonly KeptClaim[];
}

/**
 * Finds an environment's claims with data, and checks that it can be kept.
 *
 * @returns undefined without a claim that has a volume, and when the cluster is gone
 * @throws {UserError} with every claim whose data cannot be kept, or is gone without a copy
 */
export async function planKeepingOf(
  context: Context,
  account: DigitalOcean,
  record: StackRecord,
): Promise<Keeping | undefined> {
  const facts = await readClaims(context, account, record);
  const { stack, outputs, tags } = record;
  const settings = settingsSchema.shape.data.parse(outputs.data ?? {});
  if (facts === undefined) {
    requirePlace(record);
    requireNoneMissing(record, settings, await keptIn(account, tags.data));
    return undefined;
  }
  const dataId = dataIdOf(record) ?? randomUUID();
  const kept = keptClaimsIn(facts.keepers, tags.data ?? "");
  const plan = planKeeping({ ...facts, isOwn: facts.home.isOwn, kept, settings });
  if (plan.faults.length > 0) {
    throw faultsError(cannotSleep(stack), plan.faults);
  }
  requireNoneMissing(record, settings, [...plan.claims, ...kept]);
  return plan.claims.length === 0 ? undefined : { ...plan, dataId, facts, kept };
}

function cannotSleep(stack: string): string {
  return `"${stack}" cannot sleep without losing data`;
}

/** @throws {UserError} when the place of the claims is gone, and no sleep has recorded them before */
function requirePlace({ stack, outputs, tags }: StackRecord): void {
  if (tags.asleep === undefined && typeof outputs.namespace === "string") {
    throw new UserError(
      `"${stack}" cannot sleep: its cluster or namespace no longer exists, and neither does its data`,
      `doks-env down ${stack}   # or doks-env up ${stack}, which starts it empty`,
    );
  }
}

/**
 * @param kept - claims in the cluster or with a copy
 * @throws {UserError} with the claims that an unfinished sleep recorded and that are gone since: Pulumi alone has deleted them
 */
function requireNoneMissing(
  record: StackRecord,
  settings: DataSettings,
  kept: readonly Pick<KeptClaim, "claim">[],
): void {
  const faults = missingFaults(record.stack, missingCopies(record, kept), settings);
  if (faults.length > 0) {
    throw faultsError(cannotSleep(record.stack), faults);
  }
}

/** Returns the uuid in the tags of an environment's data: its own id at its first sleep. */
function dataIdOf({ tags, outputs }: StackRecord): string | undefined {
  return tags.data ?? (typeof outputs.id === "string" ? outputs.id : undefined);
}

/**
 * Stops the pods that use the claims, and takes a snapshot of each volume or keeps the volume itself. After any interruption
 * it can be run again. After a failure it starts the pods again.
 *
 * @throws {UserError} when the volumes stay attached, or DigitalOcean takes no snapshot
 */
export async function keepData(
  context: Context,
  account: DigitalOcean,
  stack: string,
  keeping: Keeping,
): Promise<readonly KeptClaim[]> {
  const { claims, owners, dataId, kept } = keeping;
  const { home, volumes } = keeping.facts;
  const names = claims.map(({ claim }) => claim);
  try {
    await quiesce(account, {
      objects: home.objects,
      owners,
      namespace: home.namespace,
      signal: context.signal,
      claims: keeping.facts.claims.filter(({ name }) => names.includes(name)),
      volumeIds: claims.map(({ volumeId }) => volumeId),
    });
    const snapshots = await pMap(
      claims.filter(({ keep }) => keep === "snapshot"),
      (claim) => snapshotOf(context, account, stack, claim, keeping),
      { concurrency: SNAPSHOTS_AT_ONCE },
    );
    const itself = claims.filter(({ keep }) => keep === "volume");
    // A killed sleep may have kept volumes that should no longer be kept.
    const isKept = ({ id }: KeptClaim) => itself.some(({ volumeId }) => volumeId === id);
    // A volume that a wake has declared for a claim that does not exist yet is the only copy.
    const isInUse = ({ id }: KeptClaim) =>
      volumes.some(
        ({ handle, name }) =>
          handle === id && keeping.facts.claims.some(({ volumeName }) => volumeName === name),
      );
    await releaseVolumes(
      account,
      kept.filter((one) => one.kind === "volume" && isInUse(one) && !isKept(one)),
    );
    const place = { project: context.project.name, stack, dataId, clusterId: home.clusterId };
    return [...snapshots, ...(await keepVolumes(account, place, itself, kept))];
  } catch (error) {
    await resume(home.objects, home.namespace);
    throw error;
  }
}

async function snapshotOf(
  { project, signal }: Context,
  account: DigitalOcean,
  stack: string,
  claim: ClaimToKeep,
  { kept, dataId }: Keeping,
): Promise<KeptClaim> {
  const taken = kept.find(
    ({ kind, volumeId, number }) =>
      kind === "snapshot" && volumeId === claim.volumeId && number === claim.number - 1,
  );
  if (taken !== undefined && !(await wasAttachedSince(account, taken))) {
    return taken;
  }
  return takeSnapshot(account, signal, claim.volumeId, {
    name: snapshotName(stack, claim.claim, claim.number),
    tags: keptTags({ project: project.name, stack, dataId }, claim, claim.number),
  });
}

/** Whether a node may have written to the volume after its snapshot, which must then be taken again. */
async function wasAttachedSince(
  account: DigitalOcean,
  { volumeId, createdAt }: KeptClaim,
): Promise<boolean> {
  const actions = await account.volumeActions(volumeId);
  const taken = Date.parse(createdAt);
  // Times are whole seconds, and a volume is detached right before its snapshot.
  return actions.some(({ type, started_at: startedAt }) =>
    type.includes("detach")
      ? Date.parse(startedAt) > taken
      : type.includes("attach") && Date.parse(startedAt) >= taken,
  );
}

/**
 * Returns an environment's kept data after its cluster is gone.
 *
 * @param expected - the data that the sleep has just kept
 * @throws {UserError} with the missing parts
 */
export async function keptNow(
  account: DigitalOcean,
  record: Pick<StackRecord, "stack" | "tags">,
  expected: readonly KeptClaim[],
): Promise<readonly KeptClaim[]> {
  const { data = "" } = record.tags;
  const listed = keptClaimsIn(await keepersIn(account), data);
  const unlisted = expected.filter(({ id }) => !listed.some((one) => one.id === id));
  // A list may be late or short.
  const found = await Promise.all(unlisted.map((one) => account.thing(accountKind(one), one.id)));
  const missing = unlisted.filter((_, index) => !found[index]?.tags?.includes(dataTag(data)));
  if (missing.length > 0) {
    throw new UserError(
      `DigitalOcean no longer has these resources, which keep data of "${record.stack}": ${missing.map(({ kind, name, id }) => `${kind} ${name} (${id})`).join(", ")}`,
      "ask DigitalOcean's support for them at once; there is no other copy of this data",
    );
  }
  return [...listed, ...unlisted];
}
