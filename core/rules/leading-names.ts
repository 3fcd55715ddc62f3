import { HOST_SEPARATOR } from "../names";
import type { NamedRecord } from "./domain-name";

/** A record with its name below the domain. */
export type ZoneRecord = NamedRecord & { readonly name: string };

/** Names of environments: `<owner>-<profile>`. */
const ENVIRONMENT = /^[a-z0-9].*-[a-z0-9]+$/;
/** The first part of a further name. */
const FURTHER = new RegExp(`^.*${HOST_SEPARATOR}`);

/**
 * Finds A records with the name of an environment that point to no address of the account. Any other name may point to an
 * address outside DigitalOcean on purpose.
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

/** Finds a wildcard that points to no address of the account: it serves every name without a record of its own. */
export function strayWildcards<R extends ZoneRecord>(
  records: readonly R[],
  live: ReadonlySet<string>,
): R[] {
  return records.filter(({ type, name, data }) => type === "A" && name === "*" && !live.has(data));
}

/** Returns the stack of a record's name, which may be a further name. */
export function stackCalled(name: string): string {
  return name.replace(FURTHER, "");
}
