import { randomUUID } from "node:crypto";
import type { Clock } from "../clock";
import type { Vpc } from "./entities";
import { notFound } from "./errors";
import { regions } from "./offers/regions";
import type { Store } from "./store";
import { timestamp } from "./time";

/** The account's VPCs: each region's default VPC, created with the first resource in the region. */
export class Vpcs {
  public constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  public list(): Vpc[] {
    return this.store.vpcs.all();
  }

  /** @throws ApiError 404 */
  public get(id: string): Vpc {
    const vpc = this.store.vpcs.find(id);
    if (!vpc) {
      throw notFound();
    }
    return vpc;
  }

  public defaultOf(region: string): Vpc {
    const existing = this.list().find((vpc) => vpc.region === region);
    return (
      existing ??
      this.store.vpcs.put({
        id: randomUUID(),
        name: `default-${region}`,
        region,
        ipRange: `10.${10 + regions.findIndex(({ slug }) => slug === region)}.0.0/20`,
        default: true,
        createdAt: timestamp(this.clock.now()),
      })
    );
  }

  /** A free address of a VPC. The first ones belong to the gateway and to DigitalOcean. */
  public freeAddress(vpc: Vpc): string {
    const [first, second] = vpc.ipRange.split(".");
    const taken = new Set(this.store.droplets.all().map((droplet) => droplet.privateIp));
    for (let host = 10; host < 4096; host += 1) {
      const address = `${first}.${second}.${host >> 8}.${host & 255}`;
      if (!taken.has(address)) {
        return address;
      }
    }
    throw new Error(`no free address in VPC ${vpc.name} (${vpc.ipRange})`);
  }
}
