import { UserError } from "../errors";
import { certificateName } from "../names";

/** A certificate of the account. */
export interface NamedCertificate {
  readonly name: string;
  readonly state?: string;
  /** RFC 3339 */
  readonly not_after?: string;
}

/** A record of a domain. */
export interface NamedRecord {
  readonly id: number | string;
  readonly type: string;
  readonly data: string;
}

/** Types of records that answer for a name's address. */
const ADDRESSES = ["A", "AAAA", "CNAME"];

/**
 * Finds what keeps load balancers from ending TLS for a domain. With the name of a certificate that is not there, DigitalOcean's
 * cloud controller would fail at everything about the Service, new nodes included.
 *
 * @param certificates - of the account, at least those with the domain's name for them
 */
export function certificateErrors(
  domain: string,
  certificates: readonly NamedCertificate[],
): UserError[] {
  const name = certificateName(domain);
  const certificate = certificates.find((one) => one.name === name);
  const fix =
    "doks-env up <owner>-domain   # a stack with `placement: domain` sets it up; or `pulumi config set https none`";
  if (certificate === undefined) {
    return [new UserError(`the account has no certificate for ${domain} ("${name}")`, fix)];
  }
  return certificate.state === "verified"
    ? []
    : [
        new UserError(
          `the certificate for ${domain} ("${name}") is ${certificate.state ?? "not known"}, not verified`,
          fix,
        ),
      ];
}

/** The name that an environment is to have. */
export interface WantedName {
  readonly host: string;
  readonly domain: string;
  /** The address that it is to lead to. @default - not known yet */
  readonly address?: string;
  /** Ids of the records in the stack's state. */
  readonly recordIds: readonly string[];
}

/** Finds records that an environment's own would stand beside: half of all requests would go to each. */
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
            `\`doks-env up\` adopts it; or remove it, and run the same again: ${removal}`,
          )
        : new UserError(
            `${host} has record ${id} already (${type} ${data}), and it is not this environment's`,
            `give the stack another name, or remove the record: ${removal}`,
          );
    });
}
