import { UserError } from "../errors";
import { type ClaimVolume, type KeptClaim, restoredName, type VolumeMode } from "./kept-claim";

/** How a sleep keeps the data of a claim. */
export const KEEPS = ["snapshot", "volume", "none"] as const;
export type Keep = (typeof KEEPS)[number];

/** The setting `data`. */
export interface DataSettings {
  readonly keep: Keep;
  /** Exceptions, by name of the claim. */
  readonly claims: Readonly<Record<string, Keep>>;
}

/** A claim in the cluster. */
export interface FoundClaim {
  readonly name: string;
  readonly namespace: string;
  /** Name of its PersistentVolume. @default - it has none yet, and so no data */
  readonly volumeName?: string;
  /** Whether a pod owns it, as a generic ephemeral volume. */
  readonly isEphemeral: boolean;
}

/** A PersistentVolume in the cluster. */
export interface FoundVolume {
  readonly name: string;
  readonly storageClass: string;
  readonly volumeMode: VolumeMode;
  /** Its CSI driver. @default - it has none */
  readonly driver?: string;
  /** The volume's id, as the driver knows it. */
  readonly handle?: string;
  readonly fsType?: string;
}

/** A workload that runs pods, and can be stopped and started again. */
export interface Owner {
  readonly kind: string;
  readonly name: string;
}

/** A pod that uses claims. */
export interface FoundPod {
  readonly name: string;
  readonly claims: readonly string[];
  /** @default - no controller would start it again */
  readonly owner?: Owner;
}

/** A volume in the account. */
export interface AccountVolume {
  readonly id: string;
  readonly name: string;
  /** Whether it is attached to a Droplet now. */
  readonly isAttached: boolean;
  readonly snapshots: number;
}

export interface KeepFacts {
  readonly stack: string;
  /** The environment's namespace. */
  readonly namespace: string;
  readonly settings: DataSettings;
  /** Whether the environment has its own cluster. */
  readonly isOwn: boolean;
  readonly claims: readonly FoundClaim[];
  readonly volumes: readonly FoundVolume[];
  readonly pods: readonly FoundPod[];
  readonly account: readonly AccountVolume[];
  /** The environment's kept data, from this sleep and earlier ones. */
  readonly kept: readonly KeptClaim[];
}

/** A claim whose data is to be kept. */
export interface ClaimToKeep extends ClaimVolume {
  readonly keep: Exclude<Keep, "none">;
  readonly volumeId: string;
  /** The next unused number. */
  readonly number: number;
}

export interface KeepPlan {
  readonly claims: readonly ClaimToKeep[];
  /** The workloads that use the claims, without duplicates. */
  readonly owners: readonly Owner[];
  /** The reasons why data cannot be kept. With any, nothing may be changed. */
  readonly faults: readonly UserError[];
}

/** The driver of DigitalOcean's block storage. @see https://github.com/digitalocean/csi-digitalocean */
const BLOCK_STORAGE = "dobs.csi.digitalocean.com";
/** @see https://docs.digitalocean.com/products/snapshots/details/limits/ */
const MOST_SNAPSHOTS_OF_A_VOLUME = 25;
/**
 * The kinds that a sleep can stop and, if it fails, start again, in stopping order. StatefulSets are last, because
 * databases are.
 */
export const STOPPABLE = ["Job", "ReplicaSet", "Deployment", "StatefulSet"] as const;

/** Decides which claims' data a sleep keeps, and whether it can. */
export function planKeeping(facts: KeepFacts): KeepPlan {
  const { claims, settings, pods } = facts;
  const meant = claims.filter(
    ({ name, volumeName, isEphemeral }) =>
      volumeName !== undefined && !isEphemeral && keepOf(name, settings) !== "none",
  );
  const names = meant.map(({ name }) => name);
  const users = pods.filter((pod) => pod.claims.some((claim) => names.includes(claim)));
  const decided = meant.map((claim) => planClaim(claim, keepOf(claim.name, settings), facts));
  return {
    claims: decided.filter((one): one is ClaimToKeep => !(one instanceof UserError)),
    owners: distinct(users.flatMap(({ owner }) => owner ?? [])),
    faults: [
      ...decided.filter((one) => one instanceof UserError),
      ...users.filter(({ owner }) => !isStoppable(owner)).map(unstoppable),
    ],
  };
}

export function keepOf(claim: string, { keep, claims }: DataSettings): Keep {
  return claims[claim] ?? keep;
}

function planClaim(claim: FoundClaim, keep: Keep, facts: KeepFacts): ClaimToKeep | UserError {
  const { name, volumeName } = claim;
  const volume = facts.volumes.find((one) => one.name === volumeName);
  const found = facts.account.find(({ id }) => id === volume?.handle);
  const kept = facts.kept.filter((snapshot) => snapshot.claim === name);
  const newest = [...kept].sort((one, other) => other.number - one.number)[0];
  const leaveOut = `doks-env up ${facts.stack} --set data.claims.${name}=none   # the next sleep deletes its data`;
  const refuse = (why: string, fix = leaveOut) =>
    new UserError(`claim ${name} cannot be kept: ${why}`, fix);
  if (claim.namespace !== facts.namespace) {
    return refuse(
      `it is in namespace ${claim.namespace}, but a wake restores only namespace ${facts.namespace}`,
    );
  }
  if (volume?.driver !== BLOCK_STORAGE || found === undefined) {
    const driver = volume?.driver === undefined ? "no driver with snapshots" : volume.driver;
    return refuse(
      volume?.driver === BLOCK_STORAGE
        ? "DigitalOcean does not list its volume"
        : `the driver of its volume is ${driver}, but only DigitalOcean's block storage (${BLOCK_STORAGE}) can be kept`,
    );
  }
  if (keep === "volume" && !facts.isOwn) {
    return refuse(
      "a shared cluster deletes volumes with the environment's namespace, so it cannot keep the volume",
      `doks-env up ${facts.stack} --set data.claims.${name}=snapshot`,
    );
  }
  if (keep === "snapshot" && found.snapshots >= MOST_SNAPSHOTS_OF_A_VOLUME) {
    return refuse(
      `its volume has ${found.snapshots} snapshots, but DigitalOcean allows ${MOST_SNAPSHOTS_OF_A_VOLUME}`,
      `delete some: doctl compute volume snapshot list ${found.id}`,
    );
  }
  const made = newest && restoredName(facts.stack, name, newest.id);
  if (newest !== undefined && newest.volumeId !== found.id && found.name !== made) {
    return refuse(
      `${newest.kind} ${newest.name} has the data of the last sleep, but its volume ${found.name} was not created from that`,
      `doks-env up ${facts.stack} --wake   # prints how to restore the claim's data`,
    );
  }
  const { storageClass, volumeMode, fsType = "ext4" } = volume;
  return {
    claim: name,
    keep: keep === "volume" ? keep : "snapshot",
    storageClass,
    volumeMode,
    fsType,
    wasUsed: found.isAttached || newest?.wasUsed === true,
    volumeId: found.id,
    number: (newest?.number ?? 0) + 1,
  };
}

function isStoppable(owner: Owner | undefined): boolean {
  return STOPPABLE.some((kind) => kind === owner?.kind);
}

function unstoppable({ name, claims, owner }: FoundPod): UserError {
  const by = owner === undefined ? "no controller" : `${owner.kind}/${owner.name}`;
  return new UserError(
    `pod ${name} uses ${claims.join(", ")} and is owned by ${by}, which a sleep cannot stop and start again`,
    `run it in a ${STOPPABLE.slice(1).join(", ")} or Job, or set data.claims.<claim> to none for each claim that it uses`,
  );
}

function distinct(owners: readonly Owner[]): Owner[] {
  return owners.filter(
    ({ kind, name }, index) =>
      owners.findIndex((other) => other.kind === kind && other.name === name) === index,
  );
}
