import { UserError } from "../errors";
import { suggest } from "../suggest";

type Set = (setting: string, value: string) => string;

/**
 * Finds a region that is not offered for clusters.
 *
 * @param offered - the regions for clusters
 */
export function regionErrors(region: string, offered: readonly string[], set: Set): UserError[] {
  return offered.includes(region)
    ? []
    : [
        new UserError(
          `region "${region}" is not offered for clusters; offered: ${offered.join(", ")}`,
          set("region", suggest(region, offered) ?? offered[0] ?? "<region>"),
        ),
      ];
}

/**
 * Finds a version of Kubernetes that a new cluster cannot have. An existing one keeps its version.
 *
 * @param offered - minor versions, the newest first
 */
export function versionErrors(version: string, offered: readonly string[], set: Set): UserError[] {
  return offered.includes(version)
    ? []
    : [
        new UserError(
          `Kubernetes ${version} is not offered; offered: ${offered.join(", ")}`,
          set("kubernetesVersion", offered[0] ?? "<minor version>"),
        ),
      ];
}

/** Minor versions of version slugs such as `1.35.1-do.0`, without duplicates, newest first. */
export function minorVersionsOf(slugs: readonly string[]): string[] {
  const minors = slugs.map((slug) => slug.split(".").slice(0, 2).join("."));
  return [...new Set(minors)].sort((a, b) => Number(b.slice(2)) - Number(a.slice(2)));
}

/** The newest version slug of a minor version, or undefined. */
export function newestOf(minor: string, slugs: readonly string[]): string | undefined {
  return slugs
    .filter((slug) => slug.startsWith(`${minor}.`))
    .sort((one, other) => one.localeCompare(other, "en", { numeric: true }))
    .at(-1);
}

/**
 * Finds a container registry that the account does not have.
 *
 * @param existing - names of the account's registries
 */
export function registryErrors(name: string, existing: readonly string[], set: Set): UserError[] {
  if (existing.includes(name)) {
    return [];
  }
  const has = existing.length === 0 ? "it has none" : `it has ${existing.join(", ")}`;
  const meant = suggest(name, existing) ?? existing[0];
  return [
    new UserError(
      `the account has no container registry named "${name}"; ${has}`,
      meant === undefined
        ? `doctl registry create ${name}, or ${set("registry.access", "none")} to use none`
        : set("registry.name", meant),
    ),
  ];
}
