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

/** Data that new environments can start with: one snapshot for each claim, saved together. */
export interface Seed {
  readonly name: string;
  /** Counts how often it was saved. */
  readonly version: number;
  readonly snapshots: readonly KeptClaim[];
  /** Whether all of its snapshots are there: the command that saved it may have been killed. */
  readonly isComplete: boolean;
}

/** Which seed an environment starts with: one for all claims, or one for each of some claims. */
export type SeedChoice = string | Readonly<Record<string, string>>;

/** A version of a seed, and of how many snapshots it consists. */
export interface SeedVersion {
  readonly name: string;
  readonly version: number;
  readonly size: number;
}

export function seedTags(project: string, seed: SeedVersion, volume: ClaimVolume): string[] {
  return [PRODUCT_TAG, projectTag(project), ...versionTags(seed), ...claimTags(volume, 1)];
}

/** Tags that make snapshots a seed, once no environment has them for its own data any more. */
export function versionTags({ name, version, size }: SeedVersion): string[] {
  return [`version:${version}`, `of:${size}`, `seed:${physicalName(name)}`];
}

/**
 * The tag of a seed's snapshots that were kept of an environment. A command that was killed after the environment had let go of
 * them finds its seed by that.
 *
 * @param dataId - of the environment
 */
export function fromTag(dataId: string): string {
  return `from:${dataId}`;
}

/** All seeds of a project, also older and incomplete versions; the newest of a name first. */
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
      // Its environment has not let go of it: to replace or delete the seed would delete the only copy.
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

/** The seeds that hold what an environment has let go of: a command that was to take it down with that has not ended. */
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

export interface ChosenSeeds {
  /** One for each claim that gets one. */
  readonly snapshots: readonly KeptClaim[];
  readonly faults: readonly UserError[];
}

/**
 * Chooses the snapshots that new claims start with.
 *
 * @param needed - claims that are yet to be made, and of which nothing is kept
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
      const lacks =
        seed === undefined
          ? `there is no seed "${name}"`
          : `seed "${name}" has no claim ${claim.name}`;
      faults.push(
        new UserError(
          `claim ${claim.name} cannot start with data: ${lacks}`,
          `doks-env data list   # ${known.length === 0 ? "there are none" : `there are ${known.join(", ")}`}; or --set data.seed=<another>`,
        ),
      );
    }
  }
  return { snapshots, faults };
}

function valueIn(tags: readonly string[], name: string): string | undefined {
  return tags.find((tag) => tag.startsWith(`${name}:`))?.slice(name.length + 1);
}
