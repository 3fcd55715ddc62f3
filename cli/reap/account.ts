import { describeError, UserError } from "../../core/errors";
import { type Listing, listed, unlisted } from "../../core/listing";
import { LIST_PRICES, pricePerMonth } from "../../core/money/prices";
import type { DigitalOcean } from "../account/digitalocean";
import type {
  AccountResourceKind,
  Droplet,
  Listed,
  LoadBalancer,
  Volume,
  VolumeSnapshot,
} from "../account/resources";
import type { Holding } from "./policy/holding";
import type { AccountListing } from "./policy/world";

/** The account's resources, with more fields than the comparison needs. */
export interface Inventory {
  readonly account: AccountListing;
  readonly droplets: Listing<Measurable<Droplet>>;
  readonly loadBalancers: Listing<Measurable<LoadBalancer>>;
}
/** With its id as text, as lists are compared by. */
export type Measurable<T> = Omit<T, "id"> & { readonly id: string };

/**
 * Reads all that the account holds, of whomever it is. Five requests, and one more for every 200 of a kind beyond the
 * first.
 *
 * @returns for each kind by itself a list that is failed, with the reason, when it cannot be read
 */
export async function readInventory(account: DigitalOcean): Promise<Inventory> {
  const [clusters, droplets, loadBalancers, volumes, snapshots] = await Promise.all([
    list(account, "cluster"),
    list(account, "droplet"),
    list(account, "load balancer"),
    list(account, "volume"),
    list(account, "volume snapshot"),
  ]);
  const parts = {
    droplet: mapped(droplets, (one) => holding(one, pricePerMonth(one.size.price_hourly))),
    "load balancer": mapped(loadBalancers, (one) => holding(one, loadBalancerPrice(one))),
    volume: mapped(volumes, (one) => ({
      ...holding(one, volumePrice(one)),
      inUse: one.droplet_ids.length > 0,
    })),
    "volume snapshot": mapped(snapshots, (one) => holding(one, snapshotPrice(one))),
  };
  const prices = pricesByTag(Object.values(parts));
  return {
    account: {
      ...parts,
      // A control plane is free; what goes with it is not.
      cluster: mapped(clusters, (one) => holding(one, prices.get(`k8s:${one.id}`) ?? 0)),
    },
    droplets,
    loadBalancers,
  };
}

async function list<K extends AccountResourceKind>(
  account: DigitalOcean,
  kind: K,
): Promise<Listing<Measurable<Listed[K]>>> {
  try {
    const { items, total } = await account.counted(kind);
    return listed(
      items.map((item) => ({ ...item, id: String(item.id) })),
      total,
    );
  } catch (error) {
    if (error instanceof UserError) {
      return unlisted(describeError(error));
    }
    throw error;
  }
}

function mapped<T, U>(listing: Listing<T>, change: (item: T) => U): Listing<U> {
  return listing.state === "complete"
    ? { state: "complete", items: listing.items.map(change) }
    : listing;
}

interface Thing {
  readonly id: string;
  readonly name?: string;
  readonly tags?: readonly string[] | null;
  readonly created_at: string;
}

function holding({ id, name = id, tags, created_at }: Thing, usdPerMonth: number): Holding {
  const createdAt = Date.parse(created_at) / 1000;
  return { id, name, tags: tags ?? [], createdAt, usdPerMonth, inUse: false };
}

function loadBalancerPrice({ type, size_unit = 1 }: Measurable<LoadBalancer>): number {
  const { networkLoadBalancer, loadBalancer } = LIST_PRICES;
  const price = type === "REGIONAL_NETWORK" ? networkLoadBalancer : loadBalancer;
  return price.usdPerMonth * size_unit;
}

function volumePrice({ size_gigabytes }: Measurable<Volume>): number {
  return LIST_PRICES.volume.usdPerMonth * size_gigabytes;
}

function snapshotPrice({ size_gigabytes }: Measurable<VolumeSnapshot>): number {
  return LIST_PRICES.volumeSnapshot.usdPerMonth * size_gigabytes;
}

/** The total price of all resources with a tag. */
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
