import { UserError } from "../../core/errors";
import { danglingAmong, stackCalled } from "../../core/rules/leading-names";
import type { DigitalOcean } from "../account/digitalocean";
import { leftoverOf, recordThing } from "../environments/receipt";
import { hostsOf } from "../stacks/environment-status";
import type { StackRecord } from "../stacks/record";
import type { Inventory } from "./account";

/** A record with an environment's name that points to no resource of the account. */
export interface DanglingRecord {
  /** Stack of that name; empty if unknown. */
  readonly stack: string;
  /** Reason, with the command that removes it. */
  readonly why: string;
}

/**
 * Finds A records below the stacks' domains that have the name of an environment, belong to none, and point to an address
 * that no load balancer or Droplet of the account has. Records have no tags to prove an owner, so they are only reported.
 */
export async function danglingRecords(
  account: DigitalOcean,
  { droplet: droplets, "load balancer": loadBalancers }: Inventory,
  stacks: readonly StackRecord[],
): Promise<DanglingRecord[]> {
  if (loadBalancers.state !== "complete" || droplets.state !== "complete") {
    return [];
  }
  const textOf = (value: unknown) => (typeof value === "string" ? [value] : []);
  const domains = [...new Set(stacks.flatMap(({ outputs }) => textOf(outputs.domain)))];
  const hosts = new Set(
    stacks.flatMap(({ outputs }) => [
      ...textOf(outputs.host),
      ...Object.values(hostsOf(outputs) ?? {}).map((url) => new URL(url).hostname),
    ]),
  );
  const live = new Set([
    ...loadBalancers.items.map(({ ip }) => ip),
    ...droplets.items.flatMap(({ addresses }) => addresses),
  ]);
  const found = domains.map(async (domain) => {
    const all = await account.domainRecords(domain).catch((error: unknown) => {
      if (error instanceof UserError) {
        return `the records of ${domain} cannot be read: ${error.message}`;
      }
      throw error;
    });
    if (typeof all === "string") {
      return [{ stack: "", why: all }];
    }
    const records = danglingAmong(all ?? [], live).filter(
      ({ name }) => !hosts.has(`${name}.${domain}`),
    );
    return records.map((record): DanglingRecord => {
      const { id, name } = recordThing(domain, record);
      const { removal } = leftoverOf("domain records", id, name);
      const why = `record ${name} points to an address that the account does not have; if the record is yours, remove it: ${removal}`;
      return { stack: stackCalled(record.name), why };
    });
  });
  return (await Promise.all(found)).flat();
}
