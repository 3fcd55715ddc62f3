import { Offers } from "../../../cli/account/offers";
import type { KubernetesOptions, Size } from "../../../cli/account/resources";

const size = (slug: string, price: number, regions: string[], available = true) =>
  ({ slug, price_hourly: price, regions, available }) as Size;

const SIZES = [
  size("s-4vcpu-8gb", 0.07143, ["fra1", "nyc3"]),
  size("s-1vcpu-2gb", 0.01786, ["fra1", "nyc3"]),
  size("s-2vcpu-4gb", 0.03571, ["fra1", "ams2"]),
  size("s-1vcpu-1gb", 0.00893, ["fra1", "nyc3"]),
  size("c-2", 0.0625, ["fra1"], false),
];
const OPTIONS = {
  regions: [{ slug: "nyc3" }, { slug: "fra1" }],
  sizes: ["s-4vcpu-8gb", "s-1vcpu-2gb", "s-2vcpu-4gb", "c-2"].map((slug) => ({ slug })),
  versions: ["1.9.3-do.0", "1.36.0-do.1", "1.35.2-do.0", "1.35.1-do.4"].map((slug) => ({ slug })),
} as KubernetesOptions;
const offers = new Offers(SIZES, OPTIONS);

describe("Offers", () => {
  it("lists regions for clusters", () => {
    expect(offers.regions).toEqual(["fra1", "nyc3"]);
  });

  it("lists minor versions once each, the newest first, by number", () => {
    expect(offers.minorVersions).toEqual(["1.36", "1.35", "1.9"]);
  });

  it("lists sizes that are sold in a region and that clusters take, the cheapest first", () => {
    expect(offers.nodeSizesIn("fra1")).toEqual(["s-1vcpu-2gb", "s-2vcpu-4gb", "s-4vcpu-8gb"]);
    expect(offers.nodeSizesIn("nyc3")).toEqual(["s-1vcpu-2gb", "s-4vcpu-8gb"]);
    expect(offers.nodeSizesIn("lon1")).toEqual([]);
  });

  it("finds the regions that have a size and clusters", () => {
    expect(offers.regionsWith("s-4vcpu-8gb")).toEqual(["fra1", "nyc3"]);
    expect(offers.regionsWith("s-2vcpu-4gb")).toEqual(["fra1"]);
    expect(offers.regionsWith("c-2")).toEqual([]);
  });

  it("adds up what nodes, load balancers and volumes cost, as of now", () => {
    const bill = { loadBalancers: 1, networkLoadBalancers: 0, volumeGiB: 10 };
    const nodes = [
      { count: 1, size: "s-1vcpu-2gb" },
      { count: 2, size: "s-2vcpu-4gb" },
    ];
    expect(offers.pricePerHour({ ...bill, nodes })).toBe(0.1086);
  });

  it("has no price for a size that does not exist", () => {
    const nodes = [{ count: 1, size: "s-3vcpu-5gb" }];
    expect(
      offers.pricePerHour({ nodes, loadBalancers: 0, networkLoadBalancers: 0, volumeGiB: 0 }),
    ).toBeUndefined();
  });
});
