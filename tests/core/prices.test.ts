import {
  costSoFar,
  describePrice,
  formatUsd,
  LIST_PRICES,
  pricePerHour,
  pricePerMonth,
} from "../../core/money/prices";

describe("pricePerHour", () => {
  const nothing = { nodes: [], loadBalancers: 0, networkLoadBalancers: 0, volumeGiB: 0 };

  it("adds up nodes, load balancers of both types, and volumes", () => {
    const nodes = [
      { count: 1, usdPerHour: 0.01786 },
      { count: 2, usdPerHour: 0.03571 },
    ];
    expect(pricePerHour({ ...nothing, nodes })).toBe(0.0893);
    expect(pricePerHour({ ...nothing, loadBalancers: 1 })).toBe(0.0179);
    expect(pricePerHour({ ...nothing, networkLoadBalancers: 2 })).toBe(0.0446);
    expect(pricePerHour({ ...nothing, volumeGiB: 672 })).toBe(0.1);
    expect(pricePerHour({ nodes, loadBalancers: 1, networkLoadBalancers: 2, volumeGiB: 672 })).toBe(
      0.2518,
    );
  });

  it("comes to the list price over the hours that a month is billed for", () => {
    expect(pricePerMonth(pricePerHour({ ...nothing, loadBalancers: 1000 }))).toBeCloseTo(12_000, 0);
  });
});

describe("LIST_PRICES", () => {
  it.each(Object.entries(LIST_PRICES))("tells where the price of %s is from", (_, price) => {
    expect(price.usdPerMonth).toBeGreaterThan(0);
    expect(price.source).toMatch(/^https:\/\/docs\.digitalocean\.com\/.+\/pricing\/$/);
    expect(price.asOf).toMatch(/^20\d\d-\d\d(-\d\d)?$/);
  });
});

describe("costSoFar", () => {
  const at = (time: string) => new Date(`${time}Z`);

  it("bills by the second, to a cent", () => {
    expect(costSoFar(1, at("2026-11-01T00:00:00"), at("2026-11-01T01:30:00"))).toBe(1.5);
    expect(costSoFar(3.6, at("2026-11-01T00:00:00"), at("2026-11-01T00:01:40"))).toBe(0.1);
  });

  it("bills a cent for anything that ran at all, and nothing for what is free or has not begun", () => {
    const start = at("2026-11-01T00:00:00");
    expect(costSoFar(0.1, start, at("2026-11-01T00:00:01"))).toBe(0.01);
    expect(costSoFar(0, start, at("2026-11-30T00:00:00"))).toBe(0);
    expect(costSoFar(0.1, start, start)).toBe(0);
    expect(costSoFar(0.1, start, at("2026-10-01T00:00:00"))).toBe(0);
  });

  it("bills 672 hours of a calendar month at most", () => {
    // All of October (744 h), all of November (720 h), the first day of December.
    expect(costSoFar(1, at("2026-10-01T00:00:00"), at("2026-11-01T00:00:00"))).toBe(672);
    expect(costSoFar(1, at("2026-10-01T00:00:00"), at("2026-12-02T00:00:00"))).toBe(672 + 672 + 24);
    // The cap is the month's, not that of any 28 days.
    expect(costSoFar(1, at("2026-10-16T00:00:00"), at("2026-11-16T00:00:00"))).toBe(31 * 24);
    expect(costSoFar(1, at("2026-12-31T23:00:00"), at("2027-01-01T01:00:00"))).toBe(2);
  });
});

describe("formatUsd", () => {
  it("writes an amount as people read it", () => {
    expect(formatUsd(1234.5)).toBe("$1,234.50");
    expect(formatUsd(0.10714, 4)).toBe("$0.1071");
    expect(formatUsd(71.9712, 0)).toBe("$72");
  });

  it("says of a price per hour what a month comes to", () => {
    expect(describePrice(0.1071)).toBe("$0.1071 an hour, $72 a month");
  });
});
