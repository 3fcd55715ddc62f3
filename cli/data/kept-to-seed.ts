import pMap from "p-map";
import {
  dataTag,
  type KeptClaim,
  keptTags,
  newestByClaim,
  snapshotName,
} from "../../core/data/kept-claim";
import { type Seed, seedsIn, versionTags } from "../../core/data/seed";
import { UserError } from "../../core/errors";
import type { DigitalOcean } from "../account/digitalocean";
import type { StackRecord } from "../stacks/record";
import type { Context } from "../terminal/context";
import { keptIn } from "./account-kept";
import { deleteSeeds } from "./seeds";
import { SNAPSHOTS_AT_ONCE, takeSnapshot } from "./take-snapshot";

/**
 * Makes a seed of what is kept of an environment that sleeps. The snapshots stay where they are and only change hands, so
 * that the environment has no data any more; of volumes that were kept themselves snapshots are taken.
 *
 * In this order it can be run again after whatever has ended it: until the environment has let go, its wake finds all, and
 * the older version of the seed is there.
 *
 * @throws {UserError} when nothing is kept of it, or a command that was killed has begun to make another seed of it
 */
export async function keptToSeed(
  { project, signal }: Context,
  account: DigitalOcean,
  { stack, tags: { data = "" } }: StackRecord,
  name: string,
): Promise<Seed> {
  const [newest, listed] = [newestOf(await keptIn(account, data)), await account.volumeSnapshots()];
  const place = { project: project.name, stack, dataId: data };
  const kept = await pMap(newest, (one) => snapshotOf(account, signal, place, one), {
    concurrency: SNAPSHOTS_AT_ONCE,
  });
  if (kept.length === 0) {
    throw new UserError(
      `nothing is kept of the data of "${stack}" that could become seed ${name}`,
      `doks-env down ${stack}   # without --keep-data; \`doks-env data list\` shows the seeds that there are`,
    );
  }
  const seeds = seedsIn(listed, project.name);
  const ids = kept.map(({ id }) => id);
  const begun = seeds.find(({ snapshots }) => snapshots.some(({ id }) => ids.includes(id)));
  if (begun !== undefined && begun.name !== name) {
    throw new UserError(
      `the data of "${stack}" is seed ${begun.name} already, by a command that has not ended`,
      `doks-env down ${stack} --keep-data ${begun.name}`,
    );
  }
  const older = seeds.filter((seed) => seed.name === name && seed !== begun);
  const version = begun?.version ?? (older[0]?.version ?? 0) + 1;
  if (!begun?.isComplete) {
    for (const tag of versionTags({ name, version, size: kept.length })) {
      await account.tag("volume snapshot", ids, tag);
    }
  }
  await account.untag("volume snapshot", ids, dataTag(data));
  await deleteSeeds(account, older);
  return { name, version, snapshots: kept, isComplete: true };
}

function newestOf(kept: readonly KeptClaim[]): KeptClaim[] {
  return [...newestByClaim(kept).values()].map(([newest]) => newest);
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
