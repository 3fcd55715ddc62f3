/** How close the version of a binary on PATH must be to the pinned one. */
export type VersionRule = "exact" | "within one minor";

/** The first version in a tool's version output, without its `v`; `undefined` if there is none. */
export function findVersion(output: string): string | undefined {
  return /\bv?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)/.exec(output)?.[1];
}

/**
 * Whether a found version may replace the pinned one.
 *
 * "within one minor" is kubectl's promise for API servers.
 *
 * @see https://kubernetes.io/releases/version-skew-policy/#kubectl
 */
export function versionFits(found: string, pinned: string, rule: VersionRule): boolean {
  if (rule === "exact") {
    return found === pinned;
  }
  const [foundMajor, foundMinor] = majorAndMinor(found);
  const [pinnedMajor, pinnedMinor] = majorAndMinor(pinned);
  return foundMajor === pinnedMajor && Math.abs(foundMinor - pinnedMinor) <= 1;
}

function majorAndMinor(version: string): [number, number] {
  const [major, minor] = version.split(".").map(Number);
  return [major ?? Number.NaN, minor ?? Number.NaN];
}
