import { addressesOf } from "../../core/rules/domain-name";
import type { DigitalOcean } from "../account/digitalocean";
import type { OwnedHost } from "../stacks/owned-in-state";
import { type Leftover, leftoverOf, recordThing } from "./receipt";

/**
 * Finds other owners' records below an environment's domains that point to its load balancers. After its teardown they would
 * point to the next user of the address.
 *
 * @param clusterIds - ids of its own clusters
 */
export async function leadingRecords(
  account: DigitalOcean,
  hosts: readonly OwnedHost[],
  clusterIds: readonly string[],
): Promise<Leftover[]> {
  if (hosts.length === 0) {
    return [];
  }
  const domains = [...new Set(hosts.map(({ domain }) => domain))];
  const [loadBalancers, ...zones] = await Promise.all([
    account.loadBalancers(),
    ...domains.map((domain) => account.domainRecords(domain)),
  ]);
  const addresses = addressesOf(loadBalancers, clusterIds);
  return domains.flatMap((domain, index) =>
    (zones[index] ?? [])
      .filter(({ data }) => addresses.includes(data))
      .filter(({ name }) => hosts.every(({ host }) => host !== `${name}.${domain}`))
      .map((record) => {
        const { id, name } = recordThing(domain, record);
        return leftoverOf("domain records", id, name);
      }),
  );
}
