import { UserError } from "../errors";
import type { NamedClaim } from "../manifests/named-claims";
import { type ClaimVolume, type KeptClaim, newestByClaim, restoredName } from "./kept-claim";

/** A volume with kept content, and that a claim gets. */
export interface RestoredVolume extends ClaimVolume {
  /** Of the PersistentVolume, and of the volume unless that was kept itself. */
  readonly name: string;
  /** Slug. */
  readonly region: string;
  /** What it is made of, or the volume itself: with a smaller size it grows. */
  readonly source: Pick<KeptClaim, "kind" | "id" | "giB">;
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
  readonly kept: readonly KeptClaim[];
  /** Of seeds, for claims of which nothing is kept. */
  readonly seeds: readonly KeptClaim[];
  /** Those of the tree. */
  readonly wanted: readonly NamedClaim[];
  /** Those of the cluster; none where it is yet to be created. */
  readonly present: readonly BoundClaim[];
  /** Slug of the cluster's. */
  readonly region: string;
}

export interface RestorePlan {
  readonly restored: readonly RestoredVolume[];
  /** Of claims that are not in the tree: it stays. */
  readonly unclaimed: readonly KeptClaim[];
  /**
   * Keepers that nobody needs any more when the environment is up with its data. The newest of each claim is the last: a
   * command that deletes them in this order can be killed in between, and the rest still shows what the claim has.
   */
  readonly spent: readonly KeptClaim[];
  /** Volumes that claims have again then. */
  readonly released: readonly KeptClaim[];
  /** The plan may not be carried out with any. */
  readonly faults: readonly UserError[];
}

export const NOTHING_TO_RESTORE: RestorePlan = {
  restored: [],
  unclaimed: [],
  spent: [],
  released: [],
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
    released: plans.flatMap(({ released }) => released),
    faults: plans.flatMap(({ faults }) => faults),
  };
}

function planClaim(
  newest: KeptClaim,
  older: readonly KeptClaim[],
  wanted: NamedClaim | undefined,
  { stack, present, region }: RestoreFacts,
): RestorePlan {
  const all = [newest, ...older];
  if (wanted === undefined) {
    return { ...NOTHING_TO_RESTORE, unclaimed: all };
  }
  const bound = present.find(({ name }) => name === wanted.name);
  const isBack = ({ kind, id }: KeptClaim) =>
    kind === "volume" && (id === newest.id || id === bound?.volumeId);
  const done = {
    spent: all.filter((one) => !isBack(one)).reverse(),
    released: all.filter((one) => isBack(one)),
  };
  if (bound?.volumeId === newest.volumeId) {
    // The sleep that took it did not get any further: the claim still has the volume itself.
    return { ...NOTHING_TO_RESTORE, ...done };
  }
  const isTaken = bound !== undefined && bound.volumeName !== nameFor(newest, stack);
  const faults = [
    ...mismatches(newest, wanted, region),
    ...(isTaken ? [taken(stack, newest, bound)] : []),
  ];
  return faults.length > 0
    ? { ...NOTHING_TO_RESTORE, faults }
    : { ...NOTHING_TO_RESTORE, ...done, restored: [volumeOf(newest, wanted, stack, region)] };
}

/** A claim that the environment has already keeps what it has. */
function planSeed(
  seed: KeptClaim,
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

function nameFor({ claim, id }: KeptClaim, stack: string): string {
  return restoredName(stack, claim, id);
}

function volumeOf(
  snapshot: KeptClaim,
  { giB, accessModes }: NamedClaim,
  stack: string,
  region: string,
): RestoredVolume {
  const { claim, storageClass, fsType, volumeMode, wasUsed } = snapshot;
  return {
    ...{ claim, storageClass, fsType, volumeMode, wasUsed, accessModes, region },
    name: nameFor(snapshot, stack),
    source: { kind: snapshot.kind, id: snapshot.id, giB: snapshot.giB },
    giB: Math.max(snapshot.giB, giB),
  };
}

function mismatches(kept: KeptClaim, wanted: NamedClaim, region: string): UserError[] {
  const what = `claim ${wanted.name}: its data is kept in ${kept.kind} ${kept.name}`;
  const differences: [boolean, string, string][] = [
    [
      kept.regions.includes(region),
      `in region ${kept.regions.join(", ")}, and ${kept.kind === "volume" ? "a volume stays there" : "a snapshot becomes a volume in no other"}: the cluster is in ${region}`,
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
          `${fix}, or give the claim another name, which leaves the ${kept.kind} as it is`,
        ),
    );
}

function taken(stack: string, kept: KeptClaim, { name, volumeName }: BoundClaim): UserError {
  return new UserError(
    `claim ${name}: its data is kept in ${kept.kind} ${kept.name}, and the claim has ${volumeName === undefined ? "no volume yet" : `another volume, ${volumeName}`}`,
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
