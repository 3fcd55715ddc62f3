import { pricePerHour } from "../../../lib/prices";

describe("pricePerHour", () => {
  it("adds up nodes, load balancers and volumes", () => {
    const nodes = [
      { count: 1, usdPerHour: 0.01786 },
      { count: 2, usdPerHour: 0.03571 },
    ];
    expect(pricePerHour({ nodes, loadBalancers: 0, volumeGiB: 0 })).toBe(0.0893);
    expect(pricePerHour({ nodes: [], loadBalancers: 1, volumeGiB: 0 })).toBe(0.0179);
    expect(pricePerHour({ nodes: [], loadBalancers: 0, volumeGiB: 672 })).toBe(0.1);
  });
});
