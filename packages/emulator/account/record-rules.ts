import { isIPv4, isIPv6 } from "node:net";
import type { DomainRecord, RecordType } from "./entities";
import { unprocessable } from "./errors";

/** In seconds. @see https://docs.digitalocean.com/products/networking/dns/details/limits/ */
const LOWEST_TTL = 30;
const LABELS =
  /^(\*|[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/;
/** Types whose data is a host name. A request must end it with a dot, which responses omit. */
export const HOSTS: readonly RecordType[] = ["CNAME", "MX", "NS", "SRV"];
/** Further required fields by type. */
const NUMBERS = { MX: ["priority"], SRV: ["priority", "weight", "port"] } as const;
const CAA_TAGS = ["issue", "issuewild", "iodef"];

/** The fields of a record that a client sends. */
export interface RecordRequest {
  readonly type: RecordType;
  readonly name: string;
  readonly data: string;
  readonly ttl?: number | undefined;
  readonly priority?: number | null | undefined;
  readonly port?: number | null | undefined;
  readonly weight?: number | null | undefined;
  readonly flags?: number | null | undefined;
  readonly tag?: string | null | undefined;
}

/** A name with a final dot is fully qualified, as cert-manager's DNS-01 solver sends it. @throws ApiError 422 outside of the zone */
export function relativeName(name: string, domain: string): string {
  if (!name.endsWith(".")) {
    return name;
  }
  if (name === `${domain}.`) {
    return "@";
  }
  if (!name.endsWith(`.${domain}.`)) {
    throw unprocessable("Name is invalid");
  }
  return name.slice(0, -domain.length - 2);
}

/**
 * @returns the record as it is stored: a host without its final dot
 * @throws ApiError 422
 */
export function checked(request: RecordRequest, others: readonly DomainRecord[]): RecordRequest {
  const { type, name, data, ttl } = request;
  if (name !== "@" && !LABELS.test(name)) {
    throw unprocessable("Name is invalid");
  }
  if (data === "") {
    throw unprocessable("Data can't be blank");
  }
  if ((type === "A" && !isIPv4(data)) || (type === "AAAA" && !isIPv6(data))) {
    throw unprocessable("Data is invalid: it must be an address");
  }
  requireFields(request);
  if (ttl !== undefined && ttl < LOWEST_TTL) {
    throw unprocessable(`TTL must be greater than or equal to ${LOWEST_TTL}`);
  }
  const isTaken = others.some(
    (other) => other.name === name && (type === "CNAME" || other.type === "CNAME"),
  );
  if (isTaken) {
    // Source: kubernetes-sigs/external-dns issue 4495
    throw unprocessable("records cannot share a name with a CNAME record");
  }
  if (!HOSTS.includes(type)) {
    return request;
  }
  if (!data.endsWith(".") && data !== "@") {
    throw unprocessable("Data needs to end with a dot (.)");
  }
  return { ...request, data: data.replace(/(.)\.$/, "$1") };
}

/**
 * @throws ApiError 422. Sources of the messages: digitalocean/terraform-provider-digitalocean issue 2, digitalocean/godo pull request
 *   177, digitalocean/api-v2 issue 176
 */
function requireFields(request: RecordRequest): void {
  const { type, port, flags, tag } = request;
  const numbers = type === "MX" || type === "SRV" ? NUMBERS[type] : [];
  for (const field of numbers) {
    if (typeof request[field] !== "number") {
      const word = field.replace(/^./, (letter) => letter.toUpperCase());
      throw unprocessable(
        `${word} is not a number and ${word} ${word} must be an integer between 0 and 65535`,
      );
    }
  }
  if (type === "SRV" && port === 0) {
    throw unprocessable("Port must be between 1 and 65535");
  }
  if (type === "CAA" && (typeof flags !== "number" || !CAA_TAGS.includes(tag ?? ""))) {
    throw unprocessable(`CAA records need flags, and a tag: ${CAA_TAGS.join(", ")}`);
  }
}
