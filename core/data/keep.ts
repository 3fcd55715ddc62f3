import { UserError } from "../errors";
import { type ClaimVolume, type KeptClaim, restoredName, type VolumeMode } from "./kept-claim";

/** What a sleep does with the content of a claim. */
export const KEEPS = ["snapshot", "volume", "none"] as const;
export type Keep = (typeof KEEPS)[number];

/** The setting `data`. */
export interface DataSettings {
  readonly keep: Keep;
  /** For single claims, by name. */
  readonly claims: Readonly<Record<string, Keep>>;
}

/** A claim of the cluster. */
export interface FoundClaim {
  readonly name: string;
  readonly namespace: string;
  /** Of its PersistentVolume. @default - it has none yet, and so no content */
  readonly volumeName?: string;
  /** Whether it goes with a pod that has made it for itself. */
  readonly isEphemeral: boolean;
}

/** A PersistentVolume of the cluster. */
export interface FoundVolume {
  readonly name: string;
  readonly storageClass: string;
  readonly volumeMode: VolumeMode;
  /** Of the storage driver. @default - none makes it */
  readonly driver?: string;
  /** The driver's id of it. */
  readonly handle?: string;
  readonly fsType?: string;
}

/** What runs a pod, and can be stopped and started again. */
export interface Owner {
  readonly kind: string;
  readonly name: string;
}

/** A pod that uses claims. */
export interface FoundPod {
  readonly name: string;
  readonly claims: readonly string[];
  /** @default - nothing would start it again */
  readonly owner?: Owner;
}

/** A volume of the account. */
export interface AccountVolume {
  readonly id: string;
  readonly name: string;
  /** Whether a Droplet has it now. */
  readonly isAttached: boolean;
  readonly snapshots: number;
}

export interface KeepFacts {
  readonly stack: string;
  /** Of the environment. */
  readonly namespace: string;
  readonly settings: DataSettings;
  /** Whether the environment's cluster is its own. */
  readonly isOwn: boolean;
  readonly claims: readonly FoundClaim[];
  readonly volumes: readonly FoundVolume[];
  readonly pods: readonly FoundPod[];
  readonly account: readonly AccountVolume[];
  /** Of the environment, from this sleep and from earlier ones. */
  readonly kept: readonly KeptClaim[];
}

/** A claim whose content is to be kept. */
export interface ClaimToKeep extends ClaimVolume {
  readonly keep: Exclude<Keep, "none">;
  readonly volumeId: string;
  /** The next free one. */
  readonly number: number;
}

export interface KeepPlan {
  readonly claims: readonly ClaimToKeep[];
  /** What uses them, each once. */
  readonly owners: readonly Owner[];
  /** Why some content could not be kept: then nothing may be changed. */
  readonly faults: readonly UserError[];
}

/** Of DigitalOcean's block storage. @see https://github.com/digitalocean/csi-digitalocean */
const BLOCK_STORAGE = "dobs.csi.digitalocean.com";
/** @see https://docs.digitalocean.com/products/snapshots/details/limits/ */
const MOST_SNAPSHOTS_OF_A_VOLUME = 25;
/** Kinds that a sleep can stop, and start again when it fails, in the order in which it does. Databases are StatefulSets: they come last. */
export const STOPPABLE = ["Job", "ReplicaSet", "Deployment", "StatefulSet"] as const;

/** Decides which claims' content a sleep keeps, and whether it can. */
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

function keepOf(claim: string, { keep, claims }: DataSettings): Keep {
  return claims[claim] ?? keep;
}

function planClaim(claim: FoundClaim, keep: Keep, facts: KeepFacts): ClaimToKeep | UserError {
  const { name, volumeName } = claim;
  const volume = facts.volumes.find((one) => one.name === volumeName);
  const found = facts.account.find(({ id }) => id === volume?.handle);
  const kept = facts.kept.filter((snapshot) => snapshot.claim === name);
  const newest = [...kept].sort((one, other) => other.number - one.number)[0];
  const leaveOut = `doks-env up ${facts.stack} --set data.claims.${name}=none   # goes with the next sleep`;
  const refuse = (why: string, fix = leaveOut) =>
    new UserError(`claim ${name} cannot be kept: ${why}`, fix);
  if (claim.namespace !== facts.namespace) {
    return refuse(
      `it is in namespace ${claim.namespace}, and a wake brings back namespace ${facts.namespace} only`,
    );
  }
  if (volume?.driver !== BLOCK_STORAGE || found === undefined) {
    const driver = volume?.driver === undefined ? "no driver that takes snapshots" : volume.driver;
    return refuse(
      volume?.driver === BLOCK_STORAGE
        ? "DigitalOcean does not list its volume"
        : `its volume is of ${driver}, and only DigitalOcean's block storage (${BLOCK_STORAGE}) can be kept`,
    );
  }
  if (keep === "volume" && !facts.isOwn) {
    return refuse(
      "its volume is to be kept, and a shared cluster deletes volumes with the environment's namespace",
      `doks-env up ${facts.stack} --set data.claims.${name}=snapshot`,
    );
  }
  if (keep === "snapshot" && found.snapshots >= MOST_SNAPSHOTS_OF_A_VOLUME) {
    return refuse(
      `its volume has ${found.snapshots} snapshots, and DigitalOcean allows ${MOST_SNAPSHOTS_OF_A_VOLUME}`,
      `delete some: doctl compute volume snapshot list ${found.id}`,
    );
  }
  const made = newest && restoredName(facts.stack, name, newest.id);
  if (newest !== undefined && newest.volumeId !== found.id && found.name !== made) {
    return refuse(
      `${newest.kind} ${newest.name} keeps what it had when it last slept, and its volume ${found.name} is not made of that`,
      `doks-env up ${facts.stack} --wake   # prints how to give the claim its data back`,
    );
  }
  const { storageClass, volumeMode, fsType = "ext4" } = volume;
  return {
    ...{ claim: name, keep: keep === "volume" ? keep : "snapshot" },
    ...{ storageClass, volumeMode, fsType },
    wasUsed: found.isAttached || newest?.wasUsed === true,
    volumeId: found.id,
    number: (newest?.number ?? 0) + 1,
  };
}

function isStoppable(owner: Owner | undefined): boolean {
  return STOPPABLE.some((kind) => kind === owner?.kind);
}

function unstoppable({ name, claims, owner }: FoundPod): UserError {
  const by = owner === undefined ? "nothing" : `${owner.kind}/${owner.name}`;
  return new UserError(
    `pod ${name} uses ${claims.join(", ")} and is run by ${by}, which a sleep cannot stop and start again`,
    `run it by a ${STOPPABLE.slice(1).join(", ")} or Job, or set data.claims.<claim> to none for what it uses`,
  );
}

function distinct(owners: readonly Owner[]): Owner[] {
  return owners.filter(
    ({ kind, name }, index) =>
      owners.findIndex((other) => other.kind === kind && other.name === name) === index,
  );
}
