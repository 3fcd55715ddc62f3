import { createHash } from "node:crypto";
import { namingTags, PRODUCT_TAG } from "../digitalocean-tags";
import { LIST_PRICES } from "../money/prices";
import { physicalName } from "../names";

export type VolumeMode = "Filesystem" | "Block";

/** A claim's volume, as far as a PersistentVolume that takes its place has to say it. */
export interface ClaimVolume {
  /** Name of the PersistentVolumeClaim, in the environment's namespace. */
  readonly claim: string;
  readonly storageClass: string;
  readonly fsType: string;
  readonly volumeMode: VolumeMode;
  /** Whether a node has ever used it, so that there is a file system on it. */
  readonly wasUsed: boolean;
}

/** The keeper of a claim's content: a snapshot, or the volume itself. Only the account records it. */
export interface KeptClaim extends ClaimVolume {
  readonly kind: "snapshot" | "volume";
  readonly id: string;
  readonly name: string;
  /** The first that was kept of the claim is number 1; the highest is the newest. */
  readonly number: number;
  /** Id of the volume that it was taken of, or that it is. */
  readonly volumeId: string;
  /** Size of a volume that is made of it, in GiB. */
  readonly giB: number;
  /** In GiB. */
  readonly billedGiB: number;
  /** Slugs. */
  readonly regions: readonly string[];
  /** RFC 3339 */
  readonly createdAt: string;
}

/** A snapshot as DigitalOcean lists it. */
export interface ListedSnapshot {
  readonly id: string;
  readonly name: string;
  readonly resource_id: string;
  readonly min_disk_size: number;
  readonly size_gigabytes: number;
  readonly regions: readonly string[];
  readonly created_at: string;
  readonly tags?: readonly string[] | null;
}

/** A volume as DigitalOcean lists it. */
export interface ListedVolume {
  readonly id: string;
  readonly name: string;
  readonly size_gigabytes: number;
  readonly region: { readonly slug: string };
  readonly created_at: string;
  readonly tags?: readonly string[] | null;
  /** Those that it is attached to. */
  readonly droplet_ids?: readonly number[];
}

/** Something of an environment's data that is billed. */
export interface BilledData extends Pick<KeptClaim, "id" | "claim" | "name" | "billedGiB"> {
  /** A copy is a volume that was made of a snapshot for a claim that has not come to it. */
  readonly kind: KeptClaim["kind"] | "copy";
}

/** Names are unique per volume, volumes' names per region. @see https://docs.digitalocean.com/products/volumes/details/limits/ */
const NAME_LENGTH = 64;
/** A snapshot costs at least this in a month, in USD. @see https://docs.digitalocean.com/products/snapshots/details/pricing/ */
const LEAST_USD_PER_MONTH = 0.01;

/**
 * The tag of all that is kept of an environment's data, and of the volumes that were made of it. It outlives the
 * environment's id, which a sleep takes out of the state.
 *
 * @param dataId - uuid, which the stack's tag `data` holds
 */
export function dataTag(dataId: string): string {
  return `data:${dataId}`;
}

/**
 * The tag of a volume that is kept itself, as long as no claim has it again. With it, what goes with a cluster leaves it.
 *
 * @param number - as that of a snapshot
 */
export function keepsTag(number: number): string {
  return `keeps:${number}`;
}

export function isKeptVolume({ tags }: { readonly tags?: readonly string[] | null }): boolean {
  return (tags ?? []).some((tag) => tag.startsWith("keeps:"));
}

export function snapshotName(stack: string, claim: string, number: number): string {
  return physicalName(`${stack}-${claim}-${number}`, NAME_LENGTH);
}

/** A name for the volume that a stack's claim gets of a snapshot: always the same, so that a wake can be repeated. */
export function restoredName(stack: string, claim: string, snapshotId: string): string {
  const hash = createHash("sha256").update(`${stack}/${claim}/${snapshotId}`).digest("hex");
  const suffix = `-${hash.slice(0, 8)}`;
  return `${physicalName(`${stack}-${claim}`, NAME_LENGTH - suffix.length)}${suffix}`;
}

export function keptTags(
  place: { readonly project: string; readonly stack: string; readonly dataId: string },
  volume: ClaimVolume,
  number: number,
): string[] {
  return [
    PRODUCT_TAG,
    ...namingTags(place.project, place.stack),
    dataTag(place.dataId),
    ...claimTags(volume, number),
  ];
}

/** Tags that say all that a volume for the claim needs: the size and the region are the snapshot's own. */
export function claimTags(
  { claim, storageClass, fsType, volumeMode, wasUsed }: ClaimVolume,
  number: number,
): string[] {
  return [
    `claim:${written(claim)}`,
    `class:${written(storageClass)}`,
    `fstype:${fsType}`,
    `mode:${volumeMode}`,
    `used:${String(wasUsed)}`,
    `number:${number}`,
  ];
}

/** Reads the tags. @returns undefined when nothing of a claim is kept by it */
export function keptClaimOf(thing: ListedSnapshot | ListedVolume): KeptClaim | undefined {
  const tags = thing.tags ?? [];
  const said = (name: string) =>
    tags.find((tag) => tag.startsWith(`${name}:`))?.slice(name.length + 1);
  const claim = said("claim");
  const storageClass = said("class");
  const isSnapshot = "min_disk_size" in thing;
  const number = Number(said(isSnapshot ? "number" : "keeps"));
  if (claim === undefined || storageClass === undefined || !Number.isInteger(number)) {
    return undefined;
  }
  return {
    ...{ id: thing.id, name: thing.name, createdAt: thing.created_at, number },
    claim: read(claim),
    storageClass: read(storageClass),
    fsType: said("fstype") ?? "ext4",
    volumeMode: said("mode") === "Block" ? "Block" : "Filesystem",
    // A volume may not have been in use when it was made.
    wasUsed: tags.includes("used:true"),
    billedGiB: thing.size_gigabytes,
    ...(isSnapshot
      ? {
          kind: "snapshot",
          volumeId: thing.resource_id,
          giB: thing.min_disk_size,
          regions: thing.regions,
        }
      : {
          kind: "volume",
          volumeId: thing.id,
          giB: thing.size_gigabytes,
          regions: [thing.region.slug],
        }),
  };
}

/** All that is kept of an environment's data. @param things - snapshots and volumes of the account */
export function keptClaimsIn(
  things: readonly (ListedSnapshot | ListedVolume)[],
  dataId: string,
): KeptClaim[] {
  return things
    .filter(({ tags }) => tags?.includes(dataTag(dataId)))
    .flatMap((thing) => keptClaimOf(thing) ?? []);
}

/**
 * All that is billed of an environment's data beside its cluster: what is kept, and volumes that an update has made of it, or of a
 * seed, which did not end.
 */
export function billedIn(
  things: readonly (ListedSnapshot | ListedVolume)[],
  dataId: string,
): BilledData[] {
  return things
    .filter(({ tags }) => tags?.includes(dataTag(dataId)))
    .flatMap((thing) => keptClaimOf(thing) ?? copyOf(thing) ?? []);
}

/** @returns undefined when it is something else, or when a cluster has it or has had it */
export function copyOf(thing: ListedSnapshot | ListedVolume): BilledData | undefined {
  const tags = thing.tags ?? [];
  const claim = tags.find((tag) => tag.startsWith("claim:"));
  if ("min_disk_size" in thing || claim === undefined || isKeptVolume(thing)) {
    return undefined;
  }
  const isUsed = (thing.droplet_ids ?? []).length > 0 || tags.some((tag) => tag.startsWith("k8s:"));
  const { id, name, size_gigabytes: billedGiB } = thing;
  return isUsed
    ? undefined
    : { kind: "copy", id, name, claim: read(claim.slice("claim:".length)), billedGiB };
}

/** What is kept of each claim, the newest first. */
export function newestByClaim(
  kept: readonly KeptClaim[],
): Map<string, [KeptClaim, ...KeptClaim[]]> {
  const byClaim = new Map<string, [KeptClaim, ...KeptClaim[]]>();
  for (const one of [...kept].sort((first, second) => second.number - first.number)) {
    const newer = byClaim.get(one.claim);
    byClaim.set(one.claim, newer === undefined ? [one] : [...newer, one]);
  }
  return byClaim;
}

/** In USD. */
export function usdPerMonthOf({ kind, billedGiB }: Pick<BilledData, "kind" | "billedGiB">): number {
  return kind === "snapshot"
    ? Math.max(LEAST_USD_PER_MONTH, LIST_PRICES.volumeSnapshot.usdPerMonth * billedGiB)
    : LIST_PRICES.volume.usdPerMonth * billedGiB;
}

/** Tags have no dots, and names of Kubernetes have no underscores. */
function written(name: string): string {
  return name.replaceAll(".", "_");
}

function read(text: string): string {
  return text.replaceAll("_", ".");
}
