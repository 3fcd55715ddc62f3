import { createHash } from "node:crypto";

/** Maximum length of a DNS-1123 label: of a Kubernetes namespace, a DOKS cluster, a node pool. @see https://datatracker.ietf.org/doc/html/rfc1123 */
export const DNS_LABEL_MAX_LENGTH = 63;

const HASH_LENGTH = 8;
const LABEL = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;
const ENDS_LIKE_A_HASH = /-[0-9a-f]{8}$/;

/**
 * Returns the physical name for a logical one: a DNS label. Equal names give equal labels, different names different
 * ones.
 *
 * A valid label is kept. A changed or shortened name gets a hash of the original appended. So does a name that looks as
 * if it had a hash: otherwise two logical names could have the same physical name.
 *
 * @param logical - any text; shortened from the front, because its end carries the meaning (`alice-dev`)
 * @param maxLength - of the result, 10 or more
 * @default maxLength - {@link DNS_LABEL_MAX_LENGTH}
 */
export function physicalName(logical: string, maxLength: number = DNS_LABEL_MAX_LENGTH): string {
  if (LABEL.test(logical) && logical.length <= maxLength && !ENDS_LIKE_A_HASH.test(logical)) {
    return logical;
  }
  const hash = createHash("sha256").update(logical).digest("hex").slice(0, HASH_LENGTH);
  const readable = logical
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(-(maxLength - HASH_LENGTH - 1))
    .replace(/^[^a-z]+|-+$/g, "");
  return readable === "" ? `x${hash}` : `${readable}-${hash}`;
}

/**
 * Returns the name of a stack's cluster. Cluster names are unique in a DigitalOcean account, and the cluster in the old
 * region exists until its replacement runs. So a cluster outside the environment's first region has another name.
 *
 * @param region - region of the cluster
 * @param firstRegion - region of the environment's first cluster
 */
export function clusterNameOf(stack: string, region: string, firstRegion: string): string {
  return physicalName(region === firstRegion ? stack : `${stack}-${region}`);
}

/** The label of an environment's host name below its domain, for every placement. */
export function hostLabel(stack: string): string {
  return physicalName(stack);
}

/**
 * Separates the parts of a further name: `api--alice-dev`. No environment below a domain has two dashes in its own
 * label, so a further name never equals another environment's name.
 */
export const HOST_SEPARATOR = "--";

/** The label of a further host name. It is a single label, because a wildcard certificate covers one level. */
export function furtherLabel(stack: string, host: string): string {
  return `${host}${HOST_SEPARATOR}${hostLabel(stack)}`;
}

/** The names in a domain's certificate. It includes the apex, because DigitalOcean adds that itself. */
export function certifiedNames(domain: string): string[] {
  return [domain, `*.${domain}`];
}

/** The name by which load balancers refer to a domain's certificate. It depends on the certified names. */
export function certificateName(domain: string): string {
  const names = certifiedNames(domain).join();
  const hash = createHash("sha256").update(names).digest("hex").slice(0, HASH_LENGTH);
  return `doks-env-${domain.replaceAll(".", "-")}-${hash}`;
}
