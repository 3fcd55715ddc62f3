import { dataTag, keptSnapshotsIn, newestByClaim } from "../../core/data/kept-snapshot";
import { type Seed, seedsIn, versionTags } from "../../core/data/seed";
import { UserError } from "../../core/errors";
import type { DigitalOcean } from "../account/digitalocean";
import type { StackRecord } from "../stacks/record";
import type { Context } from "../terminal/context";
import { deleteSeeds } from "./seeds";

/**
 * Makes a seed of what is kept of an environment that sleeps. The snapshots stay where they are and only change hands, so
 * that the environment has no data any more.
 *
 * In this order it can be run again after whatever has ended it: until the environment has let go, its wake finds all, and
 * the older version of the seed is there.
 *
 * @throws {UserError} when nothing is kept of it, or a command that was killed has begun to make another seed of it
 */
export async function keptToSeed(
  { project }: Context,
  account: DigitalOcean,
  { stack, tags: { data = "" } }: StackRecord,
  name: string,
): Promise<Seed> {
  const listed = await account.volumeSnapshots();
  const kept = [...newestByClaim(keptSnapshotsIn(listed, data)).values()].map(([newest]) => newest);
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
