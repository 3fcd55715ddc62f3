import { UserError } from "../errors";
import type { NamedClaim } from "../manifests/named-claims";
import { type ClaimVolume, type KeptClaim, newestByClaim, restoredName } from "./kept-claim";

/** A volume with kept data for a claim. */
export interface RestoredVolume extends ClaimVolume {
  /** Name of the PersistentVolume, and of the volume unless that itself was kept. */
  readonly name: string;
  /** Slug of the region. */
  readonly region: string;
  /** The snapshot to create it from, or the kept volume, which is resized if it is smaller. */
  readonly source: Pick<KeptClaim, "kind" | "id" | "giB">;
  /** In GiB; at least the claim's request: for a smaller volume, Kubernetes would create an empty one. */
  readonly giB: number;
  readonly accessModes: readonly string[];
}

/** A claim in the cluster, with its volume. */
export interface BoundClaim {
  readonly name: string;
  /** The volume's id at DigitalOcean. @default - it has none yet */
  readonly volumeId?: string;
  /** Name of the PersistentVolume. @default - it has none yet */
  readonly volumeName?: string;
}

/** A claim that a sleep did not get to delete. */
export interface InPlace {
  readonly claim: string;
  /** The volume's id at DigitalOcean. */
  readonly volumeId: string;
}

export interface RestoreFacts {
  readonly stack: string;
  /** All kept data of the environment. */
  readonly kept: readonly KeptClaim[];
  /** Names of claims that the last sleep recorded and of which no copy is kept. */
  readonly missing: readonly string[];
  /** Snapshots of seeds, for claims without kept data. */
  readonly seeds: readonly KeptClaim[];
  /** The claims in the tree. */
  readonly wanted: readonly NamedClaim[];
  /** The claims in the cluster; none before it is created. */
  readonly present: readonly BoundClaim[];
  /** Slug of the cluster's region. */
  readonly region: string;
}

export interface RestorePlan {
  readonly restored: readonly RestoredVolume[];
  /** Kept data of claims that are not in the tree. It stays. */
  readonly unclaimed: readonly KeptClaim[];
  /**
   * Kept data that is obsolete once the environment is up with its data. The newest of each claim is last: if a command
   * that deletes them in this order is killed, the rest still shows the claim's data.
   */
  readonly spent: readonly KeptClaim[];
  /** Claims that still have the volume whose data is kept. */
  readonly inPlace: readonly InPlace[];
  /** Kept volumes that belong to claims again. */
  readonly released: readonly KeptClaim[];
  /** Those of the missing claims that the update does not bring back: they are not in the tree, or start empty. */
  readonly forgotten: readonly string[];
  /** With any fault, the plan must not be executed. */
  readonly faults: readonly UserError[];
}

export const NOTHING_TO_RESTORE: RestorePlan = {
  restored: [],
  unclaimed: [],
  spent: [],
  inPlace: [],
  released: [],
  forgotten: [],
  faults: [],
};

/**
 * Decides which claims of a tree get which kept data. When a claim's intended volume is too small or has another mode,
 * Kubernetes silently creates an empty one instead, so this function compares everything first.
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
    inPlace: plans.flatMap(({ inPlace }) => inPlace),
    released: plans.flatMap(({ released }) => released),
    forgotten: facts.missing.filter(
      (claim) =>
        wantedFor(claim) === undefined || facts.present.every(({ name }) => name !== claim),
    ),
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
    // The sleep stopped after it took the snapshot: the claim still has its volume.
    const inPlace = [{ claim: wanted.name, volumeId: newest.volumeId }];
    return { ...NOTHING_TO_RESTORE, ...done, inPlace };
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

/** A claim that exists already keeps its data. */
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
    claim,
    storageClass,
    fsType,
    volumeMode,
    wasUsed,
    accessModes,
    region,
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
      `in region ${kept.regions.join(", ")}, but the cluster is in ${region}; ${kept.kind === "volume" ? "a volume cannot move" : "a volume can only be created in its snapshot's region"}`,
      `--set region=${kept.regions[0] ?? ""}`,
    ],
    [
      wanted.volumeMode === kept.volumeMode,
      `with volume mode ${kept.volumeMode}, but the tree requests ${wanted.volumeMode}`,
      `set volumeMode: ${kept.volumeMode} in the tree`,
    ],
    [
      wanted.storageClass === undefined || wanted.storageClass === kept.storageClass,
      `with class ${kept.storageClass}, but the tree requests ${wanted.storageClass ?? ""}`,
      `set storageClassName: ${kept.storageClass} in the tree`,
    ],
  ];
  return differences
    .filter(([fits]) => !fits)
    .map(
      ([, difference, fix]) =>
        new UserError(
          `${what}, ${difference}`,
          `${fix}, or rename the claim, which keeps the ${kept.kind} unchanged`,
        ),
    );
}

function taken(stack: string, kept: KeptClaim, { name, volumeName }: BoundClaim): UserError {
  return new UserError(
    `claim ${name}: its data is kept in ${kept.kind} ${kept.name}, but the claim has ${volumeName === undefined ? "no volume yet" : `another volume, ${volumeName}`}`,
    `delete the claim and its present data: kubectl delete pvc ${name}   # then doks-env up ${stack} --wake`,
  );
}

/** An existing volume for the program to declare. */
export interface ReadyVolume extends RestoredVolume {
  /** The volume's id at DigitalOcean. */
  readonly volumeId: string;
}

/** The variable that passes the restored volumes to the program, as JSON. Plain `pulumi` does not set it. */
export const RESTORED_VARIABLE = "DOKS_ENV_RESTORED";

/** @returns undefined under plain `pulumi`, which restores nothing */
export function handedOver(env: NodeJS.ProcessEnv): readonly ReadyVolume[] | undefined {
  const text = env[RESTORED_VARIABLE];
  return text === undefined ? undefined : (JSON.parse(text) as ReadyVolume[]);
}
