import { UserError } from "../errors";
import { certificateName, furtherLabel, HOST_SEPARATOR, hostLabel } from "../names";
import { certificateOf, type Placement } from "../settings/placement";

export interface NamedCertificate {
  readonly id?: string;
  readonly name: string;
  readonly state?: string;
  /** RFC 3339 */
  readonly not_after?: string;
  readonly dns_names?: readonly string[];
}

export interface NamedRecord {
  readonly id: number | string;
  readonly type: string;
  readonly data: string;
}

/** Types of records that determine a name's address. */
const ADDRESSES = ["A", "AAAA", "CNAME"];

export interface WantedCertificate {
  readonly name: string;
  readonly domain: string;
  /** The host names that clients use; `*.<domain>` for a shared cluster's entrance. */
  readonly hosts: readonly string[];
}

/**
 * The host names of a stack: an environment's own and further ones, or `*.<domain>` for a shared cluster's entrance.
 */
export function hostNames(
  stack: string,
  domain: string,
  { placement, hosts }: { readonly placement: Placement; readonly hosts: object },
): string[] {
  const labels =
    placement === "host"
      ? ["*"]
      : [hostLabel(stack), ...Object.keys(hosts).map((host) => furtherLabel(stack, host))];
  return labels.map((label) => `${label}.${domain}`);
}

/** The certificate with which DigitalOcean ends TLS for a stack; undefined if it does not. */
export function wantedCertificate(
  stack: string,
  settings: Parameters<typeof certificateOf>[0] & { readonly hosts: object },
): WantedCertificate | undefined {
  const { domain } = settings;
  const name = certificateOf(settings);
  return domain === undefined || name === undefined
    ? undefined
    : { name, domain, hosts: hostNames(stack, domain, settings) };
}

/**
 * Finds why load balancers cannot end TLS for a name. If the certificate does not exist, DigitalOcean's cloud
 * controller fails at every change of the Service, including new nodes. An uploaded certificate is not renewed, so
 * its expiry is checked, too.
 *
 * @param certificates - the account's, at least those with the wanted name
 */
export function certificateErrors(
  { name, domain, hosts }: WantedCertificate,
  certificates: readonly NamedCertificate[],
  now: Date,
): UserError[] {
  const certificate = certificates.find((one) => one.name === name);
  const found = faultOf(certificate, domain, hosts, now);
  const fix =
    name === certificateName(domain)
      ? issuingFix(domain, certificate)
      : "doctl compute certificate create --type custom --name <name> ..., and `pulumi config set certificate <name>`";
  return found === undefined
    ? []
    : [new UserError(`the certificate for ${domain} ("${name}") ${found}`, fix)];
}

/** Pulumi does not make a certificate anew that is in its state and was not issued. */
function issuingFix(domain: string, { id, state }: Partial<NamedCertificate> = {}): string {
  if (state === "pending") {
    return "wait some minutes, and run the same command again";
  }
  return state === "error"
    ? `delegate ${domain} to DigitalOcean, and let its CAA records allow letsencrypt.org; then recreate the certificate:\n` +
        `  doctl compute certificate delete ${id ?? "<id>"} && pulumi refresh --stack <owner>-domain && doks-env up <owner>-domain`
    : "doks-env up <owner>-domain   # a stack with `placement: domain` sets it up; or `pulumi config set https none`";
}

function faultOf(
  certificate: NamedCertificate | undefined,
  domain: string,
  hosts: readonly string[],
  now: Date,
): string | undefined {
  if (certificate === undefined) {
    return "is not in the account";
  }
  const { state = "unknown", not_after: end, dns_names: names } = certificate;
  if (state !== "verified") {
    return state === "pending"
      ? "is pending: Let's Encrypt has not issued it yet"
      : `is in state ${state}${state === "error" ? ": Let's Encrypt did not issue it" : ", not verified"}`;
  }
  if (end !== undefined && Date.parse(end) <= now.getTime()) {
    return `has expired: ${end}`;
  }
  const missing = hosts.find((host) => !(names?.includes(host) || names?.includes(`*.${domain}`)));
  return names === undefined || missing === undefined
    ? undefined
    : `covers ${names.join(", ")}, but not ${missing}`;
}

export interface WantedName {
  readonly host: string;
  readonly domain: string;
  /** The address that it will point to. @default - not known yet */
  readonly address?: string;
  readonly recordIds: readonly string[];
}

/** Finds records beside which an environment's own must not be created: each would get half of all requests. */
export function recordErrors(
  { host, domain, address, recordIds }: WantedName,
  records: readonly NamedRecord[],
): UserError[] {
  return records
    .filter(({ id, type }) => ADDRESSES.includes(type) && !recordIds.includes(String(id)))
    .map(({ id, type, data }) => {
      const removal = `doctl compute domain records delete ${domain} ${id}`;
      return data === address
        ? new UserError(
            `an update that was killed has left record ${id} (${host} ${type} ${data}), which is not in the stack's state`,
            `run \`doks-env up\`, which adopts it; or remove it and run the same command again: ${removal}`,
          )
        : new UserError(
            `${host} has record ${id} already (${type} ${data}), which is not this environment's`,
            `rename the stack, or remove the record: ${removal}`,
          );
    });
}

/** A load balancer in the account. */
interface Balanced {
  readonly ip?: string;
  readonly tags?: readonly string[] | null;
}

/** The addresses of clusters' load balancers. */
export function addressesOf(
  loadBalancers: readonly Balanced[],
  clusterIds: readonly string[],
): string[] {
  return loadBalancers.flatMap(({ ip, tags }) =>
    ip && clusterIds.some((id) => tags?.includes(`k8s:${id}`)) ? [ip] : [],
  );
}

/**
 * Finds names of an environment that point to its load balancers. If the setting `access` changes to an empty list,
 * one update would release their addresses before it deletes the records.
 *
 * @param records - all records of the domain
 * @param addresses - the addresses of the environment's load balancers
 */
export function closingErrors(
  stack: string,
  domain: string,
  records: readonly (NamedRecord & { readonly name: string })[],
  addresses: readonly string[],
): UserError[] {
  const label = hostLabel(stack);
  return records
    .filter(
      ({ name, data }) =>
        addresses.includes(data) && (name === label || name.endsWith(`${HOST_SEPARATOR}${label}`)),
    )
    .map(
      ({ name }) =>
        new UserError(
          `access would admit no client, but ${name}.${domain} points to the load balancer: the update would release its address before it deletes the name`,
          `doks-env sleep ${stack}   # first`,
        ),
    );
}
