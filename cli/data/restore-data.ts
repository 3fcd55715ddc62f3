import { setTimeout as sleep } from "node:timers/promises";
import pMap from "p-map";
import type { DataSettings } from "../../core/data/keep";
import { dataTag, keptTags } from "../../core/data/kept-claim";
import {
  type BoundClaim,
  NOTHING_TO_RESTORE,
  planRestore,
  RESTORED_VARIABLE,
  type ReadyVolume,
  type RestoredVolume,
  type RestorePlan,
} from "../../core/data/restore";
import {
  type ChosenSeeds,
  chooseSeeds,
  letGoIn,
  type Seed,
  type SeedChoice,
  seedsIn,
} from "../../core/data/seed";
import { UserError } from "../../core/errors";
import type { KubernetesObject } from "../../core/manifests/manifest";
import { namedClaims } from "../../core/manifests/named-claims";
import type { DigitalOcean } from "../account/digitalocean";
import type { StackRecord } from "../stacks/record";
import { writeTags } from "../stacks/stack-tags";
import type { Context } from "../terminal/context";
import { deleteKept, keptIn } from "./account-kept";
import { claimsIn, volumesIn } from "./cluster-claims";
import { type OpenHome, openHome } from "./home";
import { releaseVolumes } from "./keep-volumes";
import { missingCopies, missingFaults } from "./missing-copies";
import { resume } from "./quiesce";

/** Time limit for the cluster to bind claims to the volumes that are reserved for them. */
const BINDING_DEADLINE_MS = 2 * 60_000;
const BINDING_POLL_MS = 500;
const VOLUMES_AT_ONCE = 8;
const NO_SEEDS: ChosenSeeds = { snapshots: [], faults: [] };

/** The data that an environment requests for its update. */
export interface Wanted {
  readonly objects: readonly KubernetesObject[];
  /** The setting `data`. Without `seed`, new claims are empty. */
  readonly data: DataSettings & { readonly seed?: SeedChoice };
  /** Returns the slug of the cluster's region, or undefined without a cluster. */
  readonly region: () => Promise<string | undefined>;
}

/** Plans which kept data an update restores, and which data of a seed if the environment is new. */
export async function planRestoreOf(
  context: Context,
  account: DigitalOcean,
  stack: string,
  record: StackRecord | undefined,
  { objects, data, region }: Wanted,
): Promise<RestorePlan> {
  const dataId = record?.tags.data;
  // An environment that has been up has its claims.
  const choice = record?.outputs.clusterId === undefined ? data.seed : undefined;
  const wanted = namedClaims(objects);
  if (dataId === undefined && (choice === undefined || wanted.length === 0)) {
    return NOTHING_TO_RESTORE;
  }
  const [snapshots, kept] = await Promise.all([account.volumeSnapshots(), keptIn(account, dataId)]);
  const [heir] = kept.length > 0 ? [] : letGoIn(snapshots, context.project.name, dataId ?? "");
  if (heir !== undefined && record?.tags.asleep !== undefined) {
    return { ...NOTHING_TO_RESTORE, faults: [handedOver(stack, heir)] };
  }
  const missing = record === undefined ? [] : missingCopies(record, kept);
  if (kept.length + missing.length === 0 && choice === undefined) {
    return NOTHING_TO_RESTORE;
  }
  const slug = await region();
  if (slug === undefined) {
    return NOTHING_TO_RESTORE;
  }
  const present = await boundClaims(await openHome(context, account, record));
  const needed = wanted.filter(({ name }) => kept.every(({ claim }) => claim !== name));
  const seeds = seedsIn(snapshots, context.project.name);
  const chosen = choice === undefined ? NO_SEEDS : chooseSeeds(choice, seeds, needed);
  const plan = planRestore({
    stack,
    kept,
    missing,
    wanted,
    present,
    region: slug,
    seeds: chosen.snapshots,
  });
  const lost = plan.forgotten.filter((claim) => wanted.some(({ name }) => name === claim));
  const faults = missingFaults(stack, lost, data);
  return { ...plan, faults: [...faults, ...plan.faults, ...chosen.faults] };
}

/** Refuses while a `down --keep-data` is unfinished: the environment would be empty, and that command would seed from it. */
function handedOver(stack: string, { name }: Seed): UserError {
  return new UserError(
    `"${stack}" no longer has data: an unfinished \`down\` made seed ${name} from it`,
    `doks-env down ${stack} --keep-data ${name}   # finishes it; then doks-env up ${stack} --seed ${name}`,
  );
}

/** Starts the workloads again that an unfinished command stopped to save data. */
export async function resumeAfterSleep(
  context: Context,
  account: DigitalOcean,
  record: StackRecord | undefined,
): Promise<void> {
  const wasStopped = record?.tags.asleep !== undefined || record?.tags.stopped !== undefined;
  const home = wasStopped ? await openHome(context, account, record) : undefined;
  if (record !== undefined && home !== undefined) {
    await resume(home.objects, home.namespace);
    await writeTags(context, record, { stopped: null });
  }
}

/**
 * Creates volumes from the snapshots, or finds those that an unfinished wake created.
 *
 * @returns variables that hand the volumes to the program
 * @throws {UserError} when another owner's volume has the name
 */
export async function restoreVolumes(
  { project }: Context,
  account: DigitalOcean,
  stack: string,
  dataId: string | undefined,
  restored: readonly RestoredVolume[],
): Promise<Readonly<Record<string, string>>> {
  const place = { project: project.name, stack, dataId: dataId ?? "" };
  const ready = await pMap(restored, (wanted) => volumeFor(account, place, wanted), {
    concurrency: VOLUMES_AT_ONCE,
  });
  return { [RESTORED_VARIABLE]: JSON.stringify(ready) };
}

async function volumeFor(
  account: DigitalOcean,
  place: { readonly project: string; readonly stack: string; readonly dataId: string },
  wanted: RestoredVolume,
): Promise<ReadyVolume> {
  const { name, region, source, giB } = wanted;
  if (source.kind === "volume") {
    if (source.giB < giB) {
      await account.growVolume(source.id, giB);
    }
    return { ...wanted, volumeId: source.id };
  }
  const found = await account.volumeNamed(name, region);
  if (found !== undefined && !(found.tags ?? []).includes(dataTag(place.dataId))) {
    throw new UserError(
      `volume ${name} in ${region} does not belong to "${place.stack}", but has the name that claim ${wanted.claim} needs`,
      `doctl compute volume list   # delete it if it is not needed, and run the same command again`,
    );
  }
  const volume =
    found ??
    (await account.createVolume({
      name,
      region,
      snapshot_id: source.id,
      size_gigabytes: source.giB,
      tags: keptTags(place, wanted, 0),
    }));
  if (volume.size_gigabytes < giB) {
    await account.growVolume(volume.id, giB);
  }
  return { ...wanted, volumeId: volume.id };
}

/**
 * Checks that every claim has the volume that was created for it, or still has its own.
 *
 * @param record - with the outputs of the finished update
 * @throws {UserError} with the claims that have another volume, or none; the snapshots are kept
 */
export async function requireRestored(
  context: Context,
  account: DigitalOcean,
  record: StackRecord,
  { restored, inPlace }: RestorePlan,
): Promise<void> {
  const expected = [
    ...restored.map(({ claim, name }) => ({ claim, key: "volumeName", value: name }) as const),
    ...inPlace.map(({ claim, volumeId }) => ({ claim, key: "volumeId", value: volumeId }) as const),
  ];
  if (expected.length === 0) {
    return;
  }
  const home = await openHome(context, account, record);
  const deadline = Date.now() + BINDING_DEADLINE_MS;
  for (;;) {
    const present = await boundClaims(home);
    const wrong = expected.flatMap(({ claim, key, value }) => {
      const bound = present.find((one) => one.name === claim);
      return bound?.[key] === value ? [] : [{ claim, value, volumeName: bound?.volumeName }];
    });
    if (wrong.length === 0) {
      return;
    }
    if (wrong.some(({ volumeName }) => volumeName !== undefined) || Date.now() > deadline) {
      const all = wrong.map(
        ({ claim, value, volumeName }) =>
          `\n  - claim ${claim} has ${volumeName ?? "no volume"} instead of ${value}`,
      );
      throw new UserError(
        `"${record.stack}" is up without its data:${all.join("")}`,
        `delete these claims (kubectl delete pvc <claim>), and run doks-env up ${record.stack} --wake; the snapshots are kept`,
      );
    }
    await sleep(BINDING_POLL_MS, undefined, { signal: context.signal });
  }
}

/** Deletes copies whose content is in use again, and releases the volumes that are in use. */
export async function discardSpent(
  account: DigitalOcean,
  { spent, released }: RestorePlan,
): Promise<void> {
  await deleteKept(account, spent);
  // Last, because a kept volume proves for its claim that older copies are no longer needed.
  await releaseVolumes(account, released);
}

async function boundClaims(home: OpenHome | undefined): Promise<BoundClaim[]> {
  if (home === undefined) {
    return [];
  }
  const [claims, volumes] = await Promise.all([
    claimsIn(home.objects, home.namespace),
    volumesIn(home.objects),
  ]);
  return claims.map(({ name, volumeName }) => {
    const volumeId = volumes.find((volume) => volume.name === volumeName)?.handle;
    return {
      name,
      volumeName,
      volumeId,
    };
  });
}
