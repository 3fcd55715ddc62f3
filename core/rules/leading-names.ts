import { HOST_SEPARATOR } from "../names";
import type { NamedRecord } from "./domain-name";

/** A record with its name below the domain. */
export type ZoneRecord = NamedRecord & { readonly name: string };

/** Names of environments: `<owner>-<profile>`. */
const ENVIRONMENT = /^[a-z0-9].*-[a-z0-9]+$/;
/** The first part of a further name. */
const FURTHER = new RegExp(`^.*${HOST_SEPARATOR}`);

/**
 * Finds A records that are called like an environment, and lead to an address that nothing of the account has. Any other name may lead on
 * purpose to an address that is not DigitalOcean's.
 *
 * @param live - addresses of the account's load balancers and Droplets
 */
export function danglingAmong<R extends ZoneRecord>(
  records: readonly R[],
  live: ReadonlySet<string>,
): R[] {
  return records.filter(
    ({ type, name, data }) => type === "A" && ENVIRONMENT.test(name) && !live.has(data),
  );
}

/** Finds a wildcard that leads elsewhere: there everybody gets whose name has no record of its own. */
export function strayWildcards<R extends ZoneRecord>(
  records: readonly R[],
  live: ReadonlySet<string>,
): R[] {
  return records.filter(({ type, name, data }) => type === "A" && name === "*" && !live.has(data));
}

/** The stack that a record is called like, by its own or a further name. */
export function stackCalled(name: string): string {
  return name.replace(FURTHER, "");
}
