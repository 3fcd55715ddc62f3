import pMap from "p-map";
import {
  dataTag,
  type KeptClaim,
  keptTags,
  type ListedSnapshot,
  newestByClaim,
  snapshotName,
} from "../../core/data/kept-claim";
import { fromTag, letGoIn, type Seed, seedsIn, seedTag, versionTags } from "../../core/data/seed";
import { UserError } from "../../core/errors";
import type { DigitalOcean } from "../account/digitalocean";
import type { StackRecord } from "../stacks/record";
import type { Context } from "../terminal/context";
import { deleteKept, keptIn, requireListed } from "./account-kept";
import { faultsError } from "./claim-facts";
import { missingCopies, missingCopy } from "./missing-copies";
import { deleteSeeds } from "./seeds";
import { SNAPSHOTS_AT_ONCE, takeSnapshot } from "./take-snapshot";

/**
 * Turns the kept data of a sleeping environment into a seed. The snapshots only change their tags, so that the environment
 * no longer has data; of kept volumes it takes snapshots.
 *
 * After any interruption it can be run again. Until the environment has released its data, a wake finds all of it and the
 * older version of the seed exists. From then on, no older content is left that a wake could restore.
 *
 * @throws {UserError} when no data is kept, or when a copy has been deleted
 */
export async function keptToSeed(
  { project, signal }: Context,
  account: DigitalOcean,
  record: StackRecord,
  name: string,
): Promise<Seed> {
  const { stack } = record;
  const { data = "" } = record.tags;
  const kept = await keptIn(account, data);
  const missing = missingCopies(record, kept);
  if (kept.length > 0 && missing.length > 0) {
    throw faultsError(
      `the data of "${stack}" cannot become seed ${name}`,
      missing.map((claim) => missingCopy(stack, claim)),
    );
  }
  const place = { project: project.name, stack, dataId: data };
  const snapshots = await pMap(newestOf(kept), (one) => snapshotOf(account, signal, place, one), {
    concurrency: SNAPSHOTS_AT_ONCE,
  });
  const listed = await account.volumeSnapshots();
  await requireListed(account, listed, seedTag(name));
  const older = seedsIn(listed, project.name).filter((seed) => seed.name === name);
  if (snapshots.length === 0) {
    const letGo = letGoIn(listed, project.name, data).find((seed) => seed.name === name);
    // Another environment may have replaced the seed by now.
    const inForce = older.find(({ isComplete }) => isComplete);
    const isLetGo = letGo !== undefined && letGo.version === inForce?.version;
    return endedBefore(account, stack, name, older, isLetGo ? inForce : undefined);
  }
  const seed = { name, version: (older[0]?.version ?? 0) + 1, snapshots, isComplete: true };
  const ids = snapshots.map(({ id }) => id);
  const tags = [fromTag(data), ...versionTags({ ...seed, size: ids.length })];
  for (const tag of begunTags(listed, ids).filter((other) => !tags.includes(other))) {
    await account.untag("volume snapshot", ids, tag);
  }
  for (const tag of tags) {
    await account.tag("volume snapshot", ids, tag);
  }
  const spent = oldestFirst(kept).filter((one) => !ids.includes(one.id));
  await deleteKept(account, spent);
  await account.untag("volume snapshot", ids, dataTag(data));
  await deleteSeeds(account, older);
  return seed;
}

/** Finishes a command that was killed after the environment had released its data. */
async function endedBefore(
  account: DigitalOcean,
  stack: string,
  name: string,
  seeds: readonly Seed[],
  seed: Seed | undefined,
): Promise<Seed> {
  if (seed === undefined) {
    throw new UserError(
      `"${stack}" has no kept data that could become seed ${name}`,
      `doks-env data list   # shows kept data and seeds; if it shows none, doks-env down ${stack} without --keep-data`,
    );
  }
  await deleteSeeds(
    account,
    seeds.filter(({ version }) => version < seed.version),
  );
  return seed;
}

/** Returns the tags of a killed command on these snapshots, which may be of another seed. */
function begunTags(listed: readonly ListedSnapshot[], ids: readonly string[]): string[] {
  const tags = listed.filter(({ id }) => ids.includes(id)).flatMap((one) => one.tags ?? []);
  return [...new Set(tags.filter((tag) => /^(version|of|seed):/.test(tag)))];
}

function newestOf(kept: readonly KeptClaim[]): KeptClaim[] {
  return [...newestByClaim(kept).values()].map(([newest]) => newest);
}

function oldestFirst(kept: readonly KeptClaim[]): KeptClaim[] {
  return [...kept].sort((one, other) => one.number - other.number);
}

/** Returns a kept snapshot, or takes one of a kept volume. It is tagged as the environment's first, so that a kill loses nothing. */
async function snapshotOf(
  account: DigitalOcean,
  signal: AbortSignal,
  place: Parameters<typeof keptTags>[0],
  kept: KeptClaim,
): Promise<KeptClaim> {
  const number = kept.number + 1;
  return kept.kind === "snapshot"
    ? kept
    : takeSnapshot(account, signal, kept.id, {
        name: snapshotName(place.stack, kept.claim, number),
        tags: keptTags(place, kept, number),
      });
}
