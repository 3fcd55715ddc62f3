import { describeError, UserError } from "../../core/errors";
import { type Listing, listed, unlisted } from "../../core/listing";
import { LIST_PRICES, pricePerMonth } from "../../core/money/prices";
import type { DigitalOcean } from "../account/digitalocean";
import type {
  AccountResourceKind,
  Listed,
  LoadBalancer,
  Volume,
  VolumeSnapshot,
} from "../account/resources";
import type { Holding } from "./policy/holding";
import type { AccountListing } from "./policy/world";

/** A Droplet, with the addresses that DNS records may point to. */
export interface HeldDroplet extends Holding {
  readonly addresses: readonly string[];
}
/** A load balancer, with the fields that decide how its use is measured. */
export interface HeldLoadBalancer
  extends Holding,
    Pick<LoadBalancer, "ip" | "type" | "forwarding_rules"> {}

/** The account's resources, with the fields that measurements need. */
export interface Inventory extends AccountListing {
  readonly droplet: Listing<HeldDroplet>;
  readonly "load balancer": Listing<HeldLoadBalancer>;
}

/**
 * Reads all resources of the account, with five requests and one more for every further 200 resources of a kind.
 *
 * @returns a list for each kind; a kind that cannot be read has a failed list with the reason
 */
export async function readInventory(account: DigitalOcean): Promise<Inventory> {
  const [clusters, droplets, loadBalancers, volumes, snapshots] = await Promise.all([
    list(account, "cluster", (one) => holding(one, 0)),
    list(account, "droplet", (one) => ({
      ...holding(one, pricePerMonth(one.size.price_hourly)),
      addresses: one.networks.v4.map(({ ip_address }) => ip_address),
    })),
    list(account, "load balancer", (one) => {
      const { ip, type, forwarding_rules } = one;
      return { ...holding(one, loadBalancerPrice(one)), ip, type, forwarding_rules };
    }),
    list(account, "volume", (one) => ({
      ...holding(one, volumePrice(one)),
      inUse: one.droplet_ids.length > 0,
    })),
    list(account, "volume snapshot", (one) => holding(one, snapshotPrice(one))),
  ]);
  const parts = {
    droplet: droplets,
    "load balancer": loadBalancers,
    volume: volumes,
    "volume snapshot": snapshots,
  };
  const prices = pricesByTag(Object.values(parts));
  // A control plane without high availability is free; its nodes are not.
  const priced = (one: Holding) => ({ ...one, usdPerMonth: prices.get(`k8s:${one.id}`) ?? 0 });
  const cluster: Listing<Holding> =
    clusters.state === "complete" ? { ...clusters, items: clusters.items.map(priced) } : clusters;
  return { cluster, ...parts };
}

async function list<K extends AccountResourceKind, T extends Holding>(
  account: DigitalOcean,
  kind: K,
  keep: (thing: Listed[K]) => T,
): Promise<Listing<T>> {
  try {
    const { items, total } = await account.counted(kind, keep);
    return listed(items, total);
  } catch (error) {
    if (error instanceof UserError) {
      return unlisted(describeError(error));
    }
    throw error;
  }
}

interface Thing {
  readonly id: string | number;
  readonly name?: string;
  readonly tags?: readonly string[] | null;
  readonly created_at: string;
}

function holding({ id, name, tags, created_at }: Thing, usdPerMonth: number): Holding {
  const createdAt = Date.parse(created_at) / 1000;
  return {
    id: String(id),
    name: name ?? String(id),
    tags: tags ?? [],
    createdAt,
    usdPerMonth,
    inUse: false,
  };
}

function loadBalancerPrice({ type, size_unit = 1 }: LoadBalancer): number {
  const { networkLoadBalancer, loadBalancer } = LIST_PRICES;
  const price = type === "REGIONAL_NETWORK" ? networkLoadBalancer : loadBalancer;
  return price.usdPerMonth * size_unit;
}

function volumePrice({ size_gigabytes }: Volume): number {
  return LIST_PRICES.volume.usdPerMonth * size_gigabytes;
}

function snapshotPrice({ size_gigabytes }: VolumeSnapshot): number {
  return LIST_PRICES.volumeSnapshot.usdPerMonth * size_gigabytes;
}

/** Returns the total price of all resources with a tag. */
function pricesByTag(listings: readonly Listing<Holding>[]): Map<string, number> {
  const prices = new Map<string, number>();
  for (const listing of listings) {
    for (const { tags, usdPerMonth } of listing.state === "complete" ? listing.items : []) {
      for (const tag of tags) {
        prices.set(tag, (prices.get(tag) ?? 0) + usdPerMonth);
      }
    }
  }
  return prices;
}
