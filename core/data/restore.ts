import { UserError } from "../errors";
import type { NamedClaim } from "../manifests/named-claims";
import { type ClaimVolume, type KeptSnapshot, newestByClaim, restoredName } from "./kept-snapshot";

/** A volume that is made of a snapshot, and that a claim gets. */
export interface RestoredVolume extends ClaimVolume {
  /** Of the volume, and of the PersistentVolume that stands for it. */
  readonly name: string;
  /** Slug. */
  readonly region: string;
  readonly snapshotId: string;
  /** Of the snapshot, in GiB: a larger volume grows to its size. */
  readonly snapshotGiB: number;
  /** In GiB; at least what the claim asks for, or Kubernetes would make it an empty volume. */
  readonly giB: number;
  readonly accessModes: readonly string[];
}

/** The volume of a claim that the cluster has. */
export interface BoundClaim {
  readonly name: string;
  /** DigitalOcean's id of the volume. @default - it has none yet */
  readonly volumeId?: string;
  /** Of the PersistentVolume. @default - it has none yet */
  readonly volumeName?: string;
}

export interface RestoreFacts {
  readonly stack: string;
  /** All that is kept of the environment. */
  readonly kept: readonly KeptSnapshot[];
  /** Of seeds, for claims of which nothing is kept. */
  readonly seeds: readonly KeptSnapshot[];
  /** Those of the tree. */
  readonly wanted: readonly NamedClaim[];
  /** Those of the cluster; none where it is yet to be created. */
  readonly present: readonly BoundClaim[];
  /** Slug of the cluster's. */
  readonly region: string;
}

export interface RestorePlan {
  readonly restored: readonly RestoredVolume[];
  /** Snapshots of claims that are not in the tree: they stay. */
  readonly unclaimed: readonly KeptSnapshot[];
  /** Snapshots that are not needed any more when the environment is up with its data. */
  readonly spent: readonly KeptSnapshot[];
  /** The plan may not be carried out with any. */
  readonly faults: readonly UserError[];
}

export const NOTHING_TO_RESTORE: RestorePlan = {
  restored: [],
  unclaimed: [],
  spent: [],
  faults: [],
};

/**
 * Decides which claims of a tree get the content of which snapshots. Kubernetes itself gives a claim an empty volume, and
 * says nothing, when the volume that was meant for it is too small or of another mode: so all of it is compared before.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.35.0/staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go
 */
export function planRestore(facts: RestoreFacts): RestorePlan {
  const kept = newestByClaim(facts.kept);
  const wantedFor = (claim: string) => facts.wanted.find(({ name }) => name === claim);
  const plans = [
    ...[...kept].map(([claim, [newest, ...older]]) =>
      planClaim(newest, older, wantedFor(claim), facts),
    ),
    ...facts.seeds
      .filter(({ claim }) => !kept.has(claim))
      .map((seed) => planSeed(seed, wantedFor(seed.claim), facts)),
  ];
  return {
    restored: plans.flatMap(({ restored }) => restored),
    unclaimed: plans.flatMap(({ unclaimed }) => unclaimed),
    spent: plans.flatMap(({ spent }) => spent),
    faults: plans.flatMap(({ faults }) => faults),
  };
}

function planClaim(
  newest: KeptSnapshot,
  older: readonly KeptSnapshot[],
  wanted: NamedClaim | undefined,
  { stack, present, region }: RestoreFacts,
): RestorePlan {
  const spent = [newest, ...older];
  if (wanted === undefined) {
    return { ...NOTHING_TO_RESTORE, unclaimed: spent };
  }
  const bound = present.find(({ name }) => name === wanted.name);
  if (bound?.volumeId === newest.volumeId) {
    // The sleep that took it did not get any further: the claim still has the volume itself.
    return { ...NOTHING_TO_RESTORE, spent };
  }
  const isTaken = bound !== undefined && bound.volumeName !== nameFor(newest, stack);
  const faults = [
    ...mismatches(newest, wanted, region),
    ...(isTaken ? [taken(stack, newest, bound)] : []),
  ];
  return faults.length > 0
    ? { ...NOTHING_TO_RESTORE, faults }
    : { ...NOTHING_TO_RESTORE, spent, restored: [volumeOf(newest, wanted, stack, region)] };
}

/** A claim that the environment has already keeps what it has. */
function planSeed(
  seed: KeptSnapshot,
  wanted: NamedClaim | undefined,
  { stack, present, region }: RestoreFacts,
): RestorePlan {
  const bound = present.find(({ name }) => name === wanted?.name);
  const isOther = bound !== undefined && bound.volumeName !== nameFor(seed, stack);
  if (wanted === undefined || isOther) {
    return NOTHING_TO_RESTORE;
  }
  const faults = mismatches(seed, wanted, region);
  return faults.length > 0
    ? { ...NOTHING_TO_RESTORE, faults }
    : { ...NOTHING_TO_RESTORE, restored: [volumeOf(seed, wanted, stack, region)] };
}

function nameFor({ claim, id }: KeptSnapshot, stack: string): string {
  return restoredName(stack, claim, id);
}

function volumeOf(
  snapshot: KeptSnapshot,
  { giB, accessModes }: NamedClaim,
  stack: string,
  region: string,
): RestoredVolume {
  const { claim, storageClass, fsType, volumeMode, wasUsed } = snapshot;
  return {
    ...{ claim, storageClass, fsType, volumeMode, wasUsed, accessModes, region },
    name: nameFor(snapshot, stack),
    snapshotId: snapshot.id,
    snapshotGiB: snapshot.giB,
    giB: Math.max(snapshot.giB, giB),
  };
}

function mismatches(kept: KeptSnapshot, wanted: NamedClaim, region: string): UserError[] {
  const what = `claim ${wanted.name}: its data is kept in snapshot ${kept.name}`;
  const differences: [boolean, string, string][] = [
    [
      kept.regions.includes(region),
      `in region ${kept.regions.join(", ")}, and a snapshot becomes a volume in no other: the cluster is in ${region}`,
      `--set region=${kept.regions[0] ?? ""}`,
    ],
    [
      wanted.volumeMode === kept.volumeMode,
      `of volume mode ${kept.volumeMode}, and the tree asks for ${wanted.volumeMode}`,
      `set volumeMode: ${kept.volumeMode} in the tree`,
    ],
    [
      wanted.storageClass === undefined || wanted.storageClass === kept.storageClass,
      `of class ${kept.storageClass}, and the tree asks for ${wanted.storageClass ?? ""}`,
      `set storageClassName: ${kept.storageClass} in the tree`,
    ],
  ];
  return differences
    .filter(([fits]) => !fits)
    .map(
      ([, difference, fix]) =>
        new UserError(
          `${what}, ${difference}`,
          `${fix}, or give the claim another name, which leaves the snapshot as it is`,
        ),
    );
}

function taken(stack: string, kept: KeptSnapshot, { name, volumeName }: BoundClaim): UserError {
  return new UserError(
    `claim ${name}: its data is kept in snapshot ${kept.name}, and the claim has ${volumeName === undefined ? "no volume yet" : `another volume, ${volumeName}`}`,
    `delete the claim with what it has now: kubectl delete pvc ${name}   # then doks-env up ${stack} --wake`,
  );
}

/** A volume that exists, for the program to declare. */
export interface ReadyVolume extends RestoredVolume {
  /** DigitalOcean's. */
  readonly volumeId: string;
}

/** The program finds here, as JSON, the volumes that are made of what a sleep has kept. Plain `pulumi` does not set it. */
export const RESTORED_VARIABLE = "DOKS_ENV_RESTORED";

/** @returns undefined under plain `pulumi`, which restores nothing */
export function handedOver(env: NodeJS.ProcessEnv): readonly ReadyVolume[] | undefined {
  const text = env[RESTORED_VARIABLE];
  return text === undefined ? undefined : (JSON.parse(text) as ReadyVolume[]);
}
