import { PRODUCT_TAG, projectTag } from "../digitalocean-tags";
import { UserError } from "../errors";
import type { NamedClaim } from "../manifests/named-claims";
import { physicalName } from "../names";
import {
  type ClaimVolume,
  claimTags,
  type KeptClaim,
  keptClaimOf,
  type ListedSnapshot,
} from "./kept-claim";

/** Data for new environments: one snapshot for each claim, saved together. */
export interface Seed {
  readonly name: string;
  /** Number of times that it was saved. */
  readonly version: number;
  readonly snapshots: readonly KeptClaim[];
  /** Whether all of its snapshots exist: the command that saved it may have been killed. */
  readonly isComplete: boolean;
}

/** The seed of an environment: one for all claims, or one for each of some claims. */
export type SeedChoice = string | Readonly<Record<string, string>>;

/** A version of a seed, with its number of snapshots. */
export interface SeedVersion {
  readonly name: string;
  readonly version: number;
  readonly size: number;
}

export function seedTags(project: string, seed: SeedVersion, volume: ClaimVolume): string[] {
  return [PRODUCT_TAG, projectTag(project), ...versionTags(seed), ...claimTags(volume, 1)];
}

/** Tags that turn snapshots into a seed once they no longer belong to an environment's own data. */
export function versionTags({ name, version, size }: SeedVersion): string[] {
  return [`version:${version}`, `of:${size}`, seedTag(name)];
}

/** The tag that all versions of a seed have. */
export function seedTag(name: string): string {
  return `seed:${physicalName(name)}`;
}

/**
 * The tag on a seed's snapshots that names the environment they were taken from. If a command is killed after the
 * environment has released them, it finds its seed by this tag.
 *
 * @param dataId - the environment's
 */
export function fromTag(dataId: string): string {
  return `from:${dataId}`;
}

/** All seeds of a project, including older and incomplete versions; the newest of a name first. */
export function seedsIn(snapshots: readonly ListedSnapshot[], project: string): Seed[] {
  const versions = new Map<string, { readonly seed: Seed; readonly size: number }>();
  for (const listed of snapshots) {
    const tags = listed.tags ?? [];
    const snapshot = keptClaimOf(listed);
    const name = valueIn(tags, "seed");
    if (
      snapshot === undefined ||
      name === undefined ||
      !tags.includes(projectTag(project)) ||
      // Its environment still owns it: replacing or deleting the seed would delete the only copy.
      valueIn(tags, "data") !== undefined
    ) {
      continue;
    }
    const version = Number(valueIn(tags, "version"));
    const key = `${name}/${version}`;
    const others = versions.get(key)?.seed.snapshots ?? [];
    const all = [...others, snapshot];
    const size = Number(valueIn(tags, "of"));
    const seed = { name, version, snapshots: all, isComplete: all.length === size };
    versions.set(key, { seed, size });
  }
  return [...versions.values()]
    .map(({ seed }) => seed)
    .sort((one, other) => one.name.localeCompare(other.name) || other.version - one.version);
}

/** The seeds with data that an environment has released for a `down` that did not finish. */
export function letGoIn(
  snapshots: readonly ListedSnapshot[],
  project: string,
  dataId: string,
): Seed[] {
  return seedsIn(
    snapshots.filter(({ tags }) => tags?.includes(fromTag(dataId))),
    project,
  );
}

/** The reason for which nothing starts with a seed of which no version has all its snapshots. */
export function incompleteSeed(name: string): string {
  return `seed "${name}" is incomplete: the command that saved it or deleted it did not end`;
}

export interface ChosenSeeds {
  /** One for each claim that gets data. */
  readonly snapshots: readonly KeptClaim[];
  readonly faults: readonly UserError[];
}

/**
 * Chooses the snapshots for new claims.
 *
 * @param needed - claims that do not exist yet and have no kept data
 */
export function chooseSeeds(
  choice: SeedChoice,
  seeds: readonly Seed[],
  needed: readonly NamedClaim[],
): ChosenSeeds {
  const complete = seeds.filter(({ isComplete }) => isComplete);
  const known = [...new Set(complete.map(({ name }) => name))];
  const newestOf = (name: string) => complete.find((seed) => seed.name === physicalName(name));
  const snapshots: KeptClaim[] = [];
  const faults: UserError[] = [];
  for (const claim of needed) {
    const name = typeof choice === "string" ? choice : choice[claim.name];
    const seed = name === undefined ? undefined : newestOf(name);
    const snapshot = seed?.snapshots.find((one) => one.claim === claim.name);
    if (snapshot !== undefined) {
      snapshots.push(snapshot);
    } else if (name !== undefined && (seed === undefined || typeof choice !== "string")) {
      const isHalf = seeds.some((one) => one.name === physicalName(name));
      const lacks =
        seed !== undefined
          ? `seed "${name}" has no claim ${claim.name}`
          : isHalf
            ? incompleteSeed(name)
            : `there is no seed "${name}"`;
      faults.push(
        new UserError(
          `claim ${claim.name} cannot start with data: ${lacks}`,
          `doks-env data list   # ${known.length === 0 ? "there are no seeds" : `the seeds are ${known.join(", ")}`}; or --set data.seed=<another>`,
        ),
      );
    }
  }
  return { snapshots, faults };
}

function valueIn(tags: readonly string[], name: string): string | undefined {
  return tags.find((tag) => tag.startsWith(`${name}:`))?.slice(name.length + 1);
}
