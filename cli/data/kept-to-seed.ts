import pMap from "p-map";
import {
  dataTag,
  type KeptClaim,
  keptTags,
  type ListedSnapshot,
  newestByClaim,
  snapshotName,
} from "../../core/data/kept-claim";
import { fromTag, letGoIn, type Seed, seedsIn, versionTags } from "../../core/data/seed";
import { UserError } from "../../core/errors";
import type { DigitalOcean } from "../account/digitalocean";
import type { StackRecord } from "../stacks/record";
import type { Context } from "../terminal/context";
import { deleteKept, keptIn } from "./account-kept";
import { faultsError } from "./claim-facts";
import { missingCopies, missingCopy } from "./missing-copies";
import { deleteSeeds } from "./seeds";
import { SNAPSHOTS_AT_ONCE, takeSnapshot } from "./take-snapshot";

/**
 * Makes a seed of what is kept of an environment that sleeps. The snapshots stay where they are and only change hands, so
 * that the environment has no data any more; of volumes that were kept themselves snapshots are taken.
 *
 * In this order it can be run again after whatever has ended it: until the environment has let go, its wake finds all, and
 * the older version of the seed is there; and from then on no older content is left that a wake would bring back.
 *
 * @throws {UserError} when nothing is kept of it, or not of all claims of which its sleep has kept something
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
  const older = seedsIn(listed, project.name).filter((seed) => seed.name === name);
  if (snapshots.length === 0) {
    const letGo = letGoIn(listed, project.name, data).find((seed) => seed.name === name);
    // Another environment may have replaced the seed since.
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

/** The end of a command that was killed when the environment had let go of its data. */
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
      `doks-env down ${stack}   # without --keep-data; \`doks-env data list\` shows the existing seeds`,
    );
  }
  await deleteSeeds(
    account,
    seeds.filter(({ version }) => version < seed.version),
  );
  return seed;
}

/** The tags that a killed command has put on these snapshots. It may have begun to make another seed of them. */
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

/** It is the environment's first, so that nothing of it is lost whatever ends this. */
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
