import { UserError } from "../errors";
import { suggest } from "../suggest";

type Set = (setting: string, value: string) => string;

/**
 * Finds that clusters cannot be in a region.
 *
 * @param offered - regions in which they can
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
 * Finds that a new cluster cannot have a version of Kubernetes. One that exists keeps its own.
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

/** Minor versions of version slugs such as `1.35.1-do.0`, each once, the newest first. */
export function minorVersionsOf(slugs: readonly string[]): string[] {
  const minors = slugs.map((slug) => slug.split(".").slice(0, 2).join("."));
  return [...new Set(minors)].sort((a, b) => Number(b.slice(2)) - Number(a.slice(2)));
}

/** The newest of the version slugs of a minor version. @returns undefined when there is none */
export function newestOf(minor: string, slugs: readonly string[]): string | undefined {
  return slugs
    .filter((slug) => slug.startsWith(`${minor}.`))
    .sort((one, other) => one.localeCompare(other, "en", { numeric: true }))
    .at(-1);
}

/**
 * Finds that the account does not have a container registry.
 *
 * @param existing - names of those that it has
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
        ? `doctl registry create ${name}, or ${set("registry.access", "none")} to do without`
        : set("registry.name", meant),
    ),
  ];
}
