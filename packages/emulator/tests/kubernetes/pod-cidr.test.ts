import { nextPodCidr } from "../../kubernetes/nodes/pod-cidr";

describe("the pods of a node", () => {
  test("get the first free /25 of the cluster's subnet", () => {
    expect(nextPodCidr("10.108.0.0/16", new Set())).toBe("10.108.0.0/25");
    expect(nextPodCidr("10.108.0.0/16", new Set(["10.108.0.0/25", "10.108.0.128/25"]))).toBe(
      "10.108.1.0/25",
    );
    expect(nextPodCidr("192.168.254.0/23", new Set(["192.168.254.0/25"]))).toBe(
      "192.168.254.128/25",
    );
  });

  test("fail when the subnet is exhausted", () => {
    const taken = new Set(["10.0.0.0/25", "10.0.0.128/25"]);
    expect(() => nextPodCidr("10.0.0.0/24", taken)).toThrow("has room for 2 nodes");
  });
});
