import { createHash } from "node:crypto";
import { namingTags, PRODUCT_TAG } from "../digitalocean-tags";
import { LIST_PRICES } from "../money/prices";
import { physicalName } from "../names";

export type VolumeMode = "Filesystem" | "Block";

/** The properties of a claim's volume that a replacement PersistentVolume must have. */
export interface ClaimVolume {
  /** Name of the PersistentVolumeClaim, in the environment's namespace. */
  readonly claim: string;
  readonly storageClass: string;
  readonly fsType: string;
  readonly volumeMode: VolumeMode;
  /** Whether a node has ever mounted it, so that it has a file system. */
  readonly wasUsed: boolean;
}

/** A snapshot or volume with a claim's data. It is recorded only by tags in the account. */
export interface KeptClaim extends ClaimVolume {
  readonly kind: "snapshot" | "volume";
  readonly id: string;
  readonly name: string;
  /** Numbered from 1 for each claim; the highest is the newest. */
  readonly number: number;
  /** Id of the kept volume, or of the snapshot's source. */
  readonly volumeId: string;
  /** Size of a volume created from it, in GiB. */
  readonly giB: number;
  /** Billed size in GiB. */
  readonly billedGiB: number;
  /** Slugs of the regions where it is available. */
  readonly regions: readonly string[];
  /** RFC 3339 */
  readonly createdAt: string;
}

/** A snapshot in DigitalOcean's list. */
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

/** A volume in DigitalOcean's list. */
export interface ListedVolume {
  readonly id: string;
  readonly name: string;
  readonly size_gigabytes: number;
  readonly region: { readonly slug: string };
  readonly created_at: string;
  readonly tags?: readonly string[] | null;
  /** The Droplets that it is attached to. */
  readonly droplet_ids?: readonly number[];
}

/** A billed snapshot or volume with an environment's data. */
export interface BilledData extends Pick<KeptClaim, "id" | "claim" | "name" | "billedGiB"> {
  /** A copy is a volume that was created from a snapshot for a claim, but not handed to it. */
  readonly kind: KeptClaim["kind"] | "copy";
}

/** Snapshot names are unique per volume, volume names per region. @see https://docs.digitalocean.com/products/volumes/details/limits/ */
const NAME_LENGTH = 64;
/** The minimum price of a snapshot per month, in USD. @see https://docs.digitalocean.com/products/snapshots/details/pricing/ */
const LEAST_USD_PER_MONTH = 0.01;

/**
 * The tag of an environment's kept data, and of the volumes created from it. It outlives the environment's id, which a
 * sleep removes from the state.
 *
 * @param dataId - uuid in the stack's tag `data`
 */
export function dataTag(dataId: string): string {
  return `data:${dataId}`;
}

/**
 * The tag of a kept volume, until a claim has it again. It protects the volume from deletion with its cluster.
 *
 * @param number - see {@link KeptClaim.number}
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

/**
 * The name of the volume created from a snapshot for a stack's claim. It is deterministic, so that a wake can be
 * retried.
 */
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

/** Tags with the properties of the claim's volume. Size and region are the snapshot's own. */
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

export function isSnapshot(thing: ListedSnapshot | ListedVolume): thing is ListedSnapshot {
  return "min_disk_size" in thing;
}

/** Parses the tags. @returns undefined for a snapshot or volume without a claim's data */
export function keptClaimOf(thing: ListedSnapshot | ListedVolume): KeptClaim | undefined {
  const tags = thing.tags ?? [];
  const tagged = (name: string) =>
    tags.find((tag) => tag.startsWith(`${name}:`))?.slice(name.length + 1);
  const claim = tagged("claim");
  const storageClass = tagged("class");
  const number = Number(tagged(isSnapshot(thing) ? "number" : "keeps"));
  if (claim === undefined || storageClass === undefined || !Number.isInteger(number)) {
    return undefined;
  }
  return {
    id: thing.id,
    name: thing.name,
    createdAt: thing.created_at,
    number,
    claim: read(claim),
    storageClass: read(storageClass),
    fsType: tagged("fstype") ?? "ext4",
    volumeMode: tagged("mode") === "Block" ? "Block" : "Filesystem",
    // The volume may never have been mounted before the snapshot.
    wasUsed: tags.includes("used:true"),
    billedGiB: thing.size_gigabytes,
    ...(isSnapshot(thing)
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

/** All kept data of an environment. @param things - snapshots and volumes of the account */
export function keptClaimsIn(
  things: readonly (ListedSnapshot | ListedVolume)[],
  dataId: string,
): KeptClaim[] {
  return things
    .filter(({ tags }) => tags?.includes(dataTag(dataId)))
    .flatMap((thing) => keptClaimOf(thing) ?? []);
}

/**
 * All billed snapshots and volumes of an environment outside its cluster: its kept data, and volumes created from
 * that or from a seed by an update that did not finish.
 */
export function billedIn(
  things: readonly (ListedSnapshot | ListedVolume)[],
  dataId: string,
): BilledData[] {
  return things
    .filter(({ tags }) => tags?.includes(dataTag(dataId)))
    .flatMap((thing) => keptClaimOf(thing) ?? copyOf(thing) ?? []);
}

/** @returns undefined for a volume that a cluster uses or has used, or that is not a copy */
export function copyOf(thing: ListedSnapshot | ListedVolume): BilledData | undefined {
  const tags = thing.tags ?? [];
  const claim = tags.find((tag) => tag.startsWith("claim:"));
  if (isSnapshot(thing) || claim === undefined || isKeptVolume(thing)) {
    return undefined;
  }
  const isUsed = (thing.droplet_ids ?? []).length > 0 || tags.some((tag) => tag.startsWith("k8s:"));
  const { id, name, size_gigabytes: billedGiB } = thing;
  return isUsed
    ? undefined
    : { kind: "copy", id, name, claim: read(claim.slice("claim:".length)), billedGiB };
}

/** The kept data of each claim, newest first. */
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

/** The price in USD. */
export function usdPerMonthOf({ kind, billedGiB }: Pick<BilledData, "kind" | "billedGiB">): number {
  return kind === "snapshot"
    ? Math.max(LEAST_USD_PER_MONTH, LIST_PRICES.volumeSnapshot.usdPerMonth * billedGiB)
    : LIST_PRICES.volume.usdPerMonth * billedGiB;
}

/** Tags cannot contain dots, and Kubernetes names cannot contain underscores. */
function written(name: string): string {
  return name.replaceAll(".", "_");
}

function read(text: string): string {
  return text.replaceAll("_", ".");
}
