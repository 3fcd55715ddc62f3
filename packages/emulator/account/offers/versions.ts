/**
 * The Kubernetes versions on offer, newest first: clients take the first one as the latest.
 * Only the slug differs: the control plane that runs is the emulator's own binary, whatever the slug says.
 */
const slugs = ["1.36.1-do.0", "1.35.4-do.0", "1.34.7-do.1", "1.33.11-do.2"] as const;

/** The minor version from which a control plane is highly available unless the request says otherwise. */
const FIRST_MINOR_WITH_HA_BY_DEFAULT = 36;

export interface KubernetesVersion {
  readonly slug: string;
  readonly kubernetesVersion: string;
  readonly supportedFeatures: readonly string[];
}

export const versions: readonly KubernetesVersion[] = slugs.map((slug) => ({
  slug,
  kubernetesVersion: slug.replace(/-do\.\d+$/, ""),
  supportedFeatures: [
    "cluster-autoscaler",
    "docr-integration",
    "ha-control-plane",
    "token-authentication",
  ],
}));

/** Returns the version for a slug, a minor version such as `1.35`, or `latest`. */
export function resolveVersion(requested: string): KubernetesVersion | undefined {
  if (requested === "latest") {
    return versions[0];
  }
  return versions.find(
    ({ slug }) =>
      slug === requested || (/^\d+\.\d+$/.test(requested) && slug.startsWith(`${requested}.`)),
  );
}

/** Versions that a cluster can be upgraded to: newer patches of its minor version and the next minor version. */
export function upgradesFrom(slug: string): KubernetesVersion[] {
  const current = minorOf(slug);
  const position = versions.findIndex((version) => version.slug === slug);
  return versions
    .slice(0, Math.max(position, 0))
    .filter((version) => minorOf(version.slug) - current <= 1);
}

/** @see the description of `ha` in DigitalOcean's OpenAPI: true for 1.36.0 and later */
export function isHighlyAvailableByDefault(slug: string): boolean {
  return minorOf(slug) >= FIRST_MINOR_WITH_HA_BY_DEFAULT;
}

function minorOf(slug: string): number {
  return Number(slug.split(".")[1]);
}
