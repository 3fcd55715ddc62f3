import type { Bill } from "../../core/money/bill";
import { pricePerHour } from "../../core/money/prices";
import { minorVersionsOf } from "../../core/rules/offer";
import type { DigitalOcean } from "./digitalocean";
import type { KubernetesOptions, Size } from "./resources";

/** DigitalOcean's present offers for clusters to this account, with prices. */
export class Offers {
  public constructor(
    private readonly sizes: readonly Size[],
    private readonly options: KubernetesOptions,
  ) {}

  /** Two requests. @throws {DigitalOceanError} */
  public static async read(account: DigitalOcean): Promise<Offers> {
    return new Offers(await account.sizes(), await account.kubernetesOptions());
  }

  public get regions(): string[] {
    return this.options.regions.map(({ slug }) => slug).sort();
  }

  /** Minor versions for new clusters, newest first: `["1.36", "1.35"]`. */
  public get minorVersions(): string[] {
    return minorVersionsOf(this.options.versions.map(({ slug }) => slug));
  }

  /** Available node sizes of a region, the cheapest first. */
  public nodeSizesIn(region: string): string[] {
    return this.sizes
      .filter((size) => this.isForNodes(size) && size.regions.includes(region))
      .sort((a, b) => a.price_hourly - b.price_hourly)
      .map(({ slug }) => slug);
  }

  /** Regions in which a node size is available, sorted. */
  public regionsWith(size: string): string[] {
    return this.regions.filter((region) => this.nodeSizesIn(region).includes(size));
  }

  /** The price in USD per hour, to a hundredth of a cent; undefined when a size does not exist. */
  public pricePerHour({ nodes, ...rest }: Bill): number | undefined {
    const priced = nodes.map(({ count, size }) => ({
      count,
      usdPerHour: this.sizes.find(({ slug }) => slug === size)?.price_hourly ?? Number.NaN,
    }));
    const price = pricePerHour({ ...rest, nodes: priced });
    return Number.isNaN(price) ? undefined : price;
  }

  private isForNodes({ slug, available }: Size): boolean {
    return available && this.options.sizes.some((size) => size.slug === slug);
  }
}
