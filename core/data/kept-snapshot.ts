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

/** A snapshot that keeps what is on a claim's volume. The account is the only record of it. */
export interface KeptSnapshot extends ClaimVolume {
  readonly id: string;
  readonly name: string;
  /** The claim's first snapshot is number 1; the highest is the newest. */
  readonly number: number;
  /** Id of the volume that it was taken of. */
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

/** Reads a snapshot's tags. @returns undefined when it is not a claim's */
export function keptSnapshotOf(snapshot: ListedSnapshot): KeptSnapshot | undefined {
  const tags = snapshot.tags ?? [];
  const said = (name: string) =>
    tags.find((tag) => tag.startsWith(`${name}:`))?.slice(name.length + 1);
  const claim = said("claim");
  const storageClass = said("class");
  const number = Number(said("number"));
  if (claim === undefined || storageClass === undefined || !Number.isInteger(number)) {
    return undefined;
  }
  return {
    id: snapshot.id,
    name: snapshot.name,
    claim: read(claim),
    storageClass: read(storageClass),
    fsType: said("fstype") ?? "ext4",
    volumeMode: said("mode") === "Block" ? "Block" : "Filesystem",
    wasUsed: said("used") === "true",
    number,
    volumeId: snapshot.resource_id,
    giB: snapshot.min_disk_size,
    billedGiB: snapshot.size_gigabytes,
    regions: snapshot.regions,
    createdAt: snapshot.created_at,
  };
}

/** The snapshots that are kept of an environment's data. */
export function keptSnapshotsIn(
  snapshots: readonly ListedSnapshot[],
  dataId: string,
): KeptSnapshot[] {
  return snapshots
    .filter(({ tags }) => tags?.includes(dataTag(dataId)))
    .flatMap((snapshot) => keptSnapshotOf(snapshot) ?? []);
}

/** The snapshots of each claim, the newest first. */
export function newestByClaim(
  kept: readonly KeptSnapshot[],
): Map<string, [KeptSnapshot, ...KeptSnapshot[]]> {
  const byClaim = new Map<string, [KeptSnapshot, ...KeptSnapshot[]]>();
  for (const snapshot of [...kept].sort((one, other) => other.number - one.number)) {
    const newer = byClaim.get(snapshot.claim);
    byClaim.set(snapshot.claim, newer === undefined ? [snapshot] : [...newer, snapshot]);
  }
  return byClaim;
}

/** In USD. */
export function snapshotUsdPerMonth(billedGiB: number): number {
  return Math.max(LEAST_USD_PER_MONTH, LIST_PRICES.volumeSnapshot.usdPerMonth * billedGiB);
}

/** Tags have no dots, and names of Kubernetes have no underscores. */
function written(name: string): string {
  return name.replaceAll(".", "_");
}

function read(text: string): string {
  return text.replaceAll("_", ".");
}
