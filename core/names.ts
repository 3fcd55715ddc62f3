import { createHash } from "node:crypto";

/** Longest DNS-1123 label: a Kubernetes namespace, a DOKS cluster, a node pool. @see https://datatracker.ietf.org/doc/html/rfc1123 */
export const DNS_LABEL_MAX_LENGTH = 63;

const HASH_LENGTH = 8;
const LABEL = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;
const ENDS_LIKE_A_HASH = /-[0-9a-f]{8}$/;

/**
 * Gives the physical name for a logical one: a DNS label, the same for the same name, and a different one for a
 * different name.
 *
 * A name that is a label already is kept. Whatever had to be changed or cut gets a hash of the original appended,
 * and so does a name that only looks as if it had one: otherwise two logical names could meet in one physical name.
 *
 * @param logical - any text; its end carries the meaning (`alice-dev`), so the front is cut first
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
 * Gives a stack's cluster its name. DigitalOcean takes a name only once in an account, and the cluster of the old region is
 * there until its replacement runs: in another region than its first, an environment's cluster has another name.
 *
 * @param region - where the cluster is to be
 * @param firstRegion - where the environment's first cluster was
 */
export function clusterNameOf(stack: string, region: string, firstRegion: string): string {
  return physicalName(region === firstRegion ? stack : `${stack}-${region}`);
}

/** The label of an environment's host name below its domain, in every placement. */
export function hostLabel(stack: string): string {
  return physicalName(stack);
}

/**
 * Ends the first part of a further name: `api--alice-dev`. No environment below a domain has two dashes in its own label, so none's
 * name is another's further one.
 */
export const HOST_SEPARATOR = "--";

/** The label of a further host name of an environment: one, because a wildcard certificate covers one. */
export function furtherLabel(stack: string, host: string): string {
  return `${host}${HOST_SEPARATOR}${hostLabel(stack)}`;
}

/** The names that a domain's certificate is for. DigitalOcean adds the apex by itself, and would else differ from what was asked for. */
export function certifiedNames(domain: string): string[] {
  return [domain, `*.${domain}`];
}

/** Name of a domain's certificate, by which load balancers refer to it: another one for other names. */
export function certificateName(domain: string): string {
  const names = certifiedNames(domain).join();
  const hash = createHash("sha256").update(names).digest("hex").slice(0, HASH_LENGTH);
  return `doks-env-${domain.replaceAll(".", "-")}-${hash}`;
}
