import type { Clock } from "../clock";
import type { Droplet } from "./entities";
import { notFound } from "./errors";
import type { Ledger } from "./ledger";
import { sizeOf } from "./offers/sizes";
import type { Store } from "./store";
import { timestamp } from "./time";
import type { Vpcs } from "./vpcs";

export interface DropletRequest {
  readonly name: string;
  readonly region: string;
  readonly size: string;
  readonly tags: readonly string[];
  readonly vpcUuid: string;
  readonly clusterId: string;
  readonly nodeId: string;
}

/** The account's Droplets. In this account every Droplet is a node of a cluster. */
export class Droplets {
  public constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly vpcs: Vpcs,
    private readonly ledger: Ledger,
  ) {}

  public list(filter: { tag?: string | undefined; name?: string | undefined } = {}): Droplet[] {
    return this.store.droplets
      .all()
      .filter(
        (droplet) =>
          (filter.tag === undefined || droplet.tags.includes(filter.tag)) &&
          (filter.name === undefined || droplet.name.toLowerCase() === filter.name.toLowerCase()),
      );
  }

  /** @throws ApiError 404 */
  public get(id: number): Droplet {
    const droplet = this.store.droplets.find(id);
    if (!droplet) {
      throw notFound();
    }
    return droplet;
  }

  public create(request: DropletRequest): Droplet {
    const id = this.store.nextNumber();
    return this.store.droplets.put({
      ...request,
      id,
      status: "new",
      privateIp: this.vpcs.freeAddress(this.vpcs.get(request.vpcUuid)),
      publicIp: documentationAddress(id),
      createdAt: timestamp(this.clock.now()),
    });
  }

  /**
   * Starts billing a Droplet, because its node is ready.
   * @see https://docs.digitalocean.com/products/kubernetes/details/pricing/
   */
  public activate(id: number): void {
    const droplet = this.store.droplets.update(id, { status: "active" });
    if (!droplet) {
      return;
    }
    this.ledger.start({
      product: "Kubernetes Clusters",
      resourceId: String(id),
      description: `${droplet.name} (${droplet.size})`,
      groupDescription: this.store.clusters.find(droplet.clusterId)?.name ?? "",
      monthlyUsd: sizeOf(droplet.size).priceMonthlyUsd,
      billedPer: "second",
    });
  }

  /** Removes a Droplet and detaches its volumes; does nothing if it is gone. */
  public remove(id: number): void {
    this.ledger.stop(String(id));
    this.store.droplets.remove(id);
    for (const volume of this.store.volumes.all()) {
      if (volume.dropletIds.includes(id)) {
        this.store.volumes.update(volume.id, {
          dropletIds: volume.dropletIds.filter((dropletId) => dropletId !== id),
        });
      }
    }
  }
}

/** An address at which no host answers. @see https://www.rfc-editor.org/rfc/rfc5737 */
function documentationAddress(id: number): string {
  return `203.0.113.${1 + (id % 254)}`;
}
