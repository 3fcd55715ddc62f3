import { BASE_NODE_SIZE, billOf, type Demand, nodesIn } from "../../core/money/bill";

const entry = (loadBalancer: "http" | "network") => ({
  service: "web",
  port: 80,
  scheme: "http" as const,
  loadBalancer,
});
const DEMAND: Demand = { nodeSize: "s-4vcpu-8gb", nodeCount: 3, entries: [], volumeGiB: 0 };

describe("what an environment is made of", () => {
  it("is one node of the smallest size for the cluster itself, and the workers", () => {
    expect(billOf(DEMAND).nodes).toEqual([
      { count: 1, size: BASE_NODE_SIZE },
      { count: 3, size: "s-4vcpu-8gb" },
    ]);
    expect(BASE_NODE_SIZE).toBe("s-1vcpu-2gb");
  });

  it("is as few workers as the autoscaler may leave, where there is one", () => {
    expect(nodesIn(billOf({ ...DEMAND, minNodes: 1 }))).toBe(2);
  });

  it("is load balancers of both types, and volumes", () => {
    const entries = [entry("http"), entry("network"), entry("network")];
    expect(billOf({ ...DEMAND, entries, volumeGiB: 20 })).toMatchObject({
      loadBalancers: 1,
      networkLoadBalancers: 2,
      volumeGiB: 20,
    });
    expect(billOf(DEMAND)).toMatchObject({ loadBalancers: 0, networkLoadBalancers: 0 });
  });

  it("is counted in nodes, the cluster's own among them", () => {
    expect(nodesIn(billOf(DEMAND))).toBe(4);
  });
});
