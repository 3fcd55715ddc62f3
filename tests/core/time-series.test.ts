import { gaplessSince, joined, pointsOf, quantile } from "../../core/time-series";
import { HOUR, MINUTE } from "../cli/reap/policy/fixtures";

describe("pointsOf", () => {
  it("reads numbers, also written as text, and leaves out what is none", () => {
    const values = [
      [1, "0.5"],
      [2, 3],
      [3, "NaN"],
      [4, "+Inf"],
    ] as const;
    expect(pointsOf({ metric: {}, values })).toEqual([
      { at: 1, value: 0.5 },
      { at: 2, value: 3 },
    ]);
  });
});

describe("joined", () => {
  it("puts answers together by their labels, each time once", () => {
    const one = { mode: "idle", host_id: "1" };
    const same = { host_id: "1", mode: "idle" };
    const other = { mode: "user", host_id: "1" };
    const answers = [
      [
        {
          metric: one,
          values: [
            [1, "1"],
            [2, "2"],
          ] as const,
        },
      ],
      [
        {
          metric: same,
          values: [
            [2, "2"],
            [3, "3"],
          ] as const,
        },
        { metric: other, values: [[3, "9"]] as const },
      ],
    ];
    expect(joined(answers).map(({ values }) => values)).toEqual([
      [
        [1, "1"],
        [2, "2"],
        [3, "3"],
      ],
      [[3, "9"]],
    ]);
  });
});

describe("gaplessSince", () => {
  const every = (minutes: number, from: number, until: number) =>
    Array.from({ length: (until - from) / minutes + 1 }, (_, i) => (from + i * minutes) * MINUTE);
  const range = { from: 0, until: 5 * HOUR };

  it("reaches back to the beginning without a gap", () => {
    expect(gaplessSince(every(4, 0, 300), range)).toBe(0);
  });

  it("reaches back to the end of the last gap", () => {
    expect(gaplessSince([...every(4, 0, 100), ...every(4, 120, 300)], range)).toBe(120 * MINUTE);
    expect(gaplessSince(every(4, 60, 300), range)).toBe(60 * MINUTE);
  });

  it("tells nothing when the newest time is missing, or all", () => {
    expect(gaplessSince(every(4, 0, 240), range)).toBeUndefined();
    expect(gaplessSince([], range)).toBeUndefined();
  });
});

describe("quantile", () => {
  it("is a value below which that share lies", () => {
    const values = [5, 1, 4, 2, 3];
    expect([0, 0.2, 0.5, 1].map((share) => quantile(values, share))).toEqual([1, 1, 3, 5]);
    expect(quantile([], 0.5)).toBe(0);
    expect(values).toEqual([5, 1, 4, 2, 3]);
  });
});
