import { type Rehearsal, review } from "../../../../cli/reap/policy/rehearsals";
import { DAY, HOUR, NOW } from "./fixtures";

const decision = (stack: string, at: number): Rehearsal => ({ stack, cause: "idle", at });

describe("review", () => {
  it("is empty without decisions", () => {
    expect(review([], [{ stack: "alice-dev", at: NOW }])).toEqual({
      wouldHaveDestroyed: 0,
      usedAfterwards: 0,
      falsePositiveRate: 0,
      falsePositives: [],
    });
  });

  it("counts later uses by the first one", () => {
    const decisions = ["a", "b", "c", "d"].map((stack) => decision(stack, NOW));
    const uses = [
      { stack: "a", at: NOW + DAY },
      { stack: "a", at: NOW + HOUR },
      { stack: "b", at: NOW - HOUR },
      { stack: "other", at: NOW + HOUR },
    ];
    expect(review(decisions, uses)).toEqual({
      wouldHaveDestroyed: 4,
      usedAfterwards: 1,
      falsePositiveRate: 0.25,
      falsePositives: [{ ...decision("a", NOW), usedAt: NOW + HOUR }],
    });
  });

  it("counts a repeated decision once until the next use", () => {
    const decisions = [2, 0, 1, 5, 6].map((hour) => decision("a", NOW + hour * HOUR));
    expect(review(decisions, [])).toMatchObject({ wouldHaveDestroyed: 1, usedAfterwards: 0 });
    const uses = [{ stack: "a", at: NOW + 4 * HOUR }];
    expect(review(decisions, uses)).toMatchObject({
      wouldHaveDestroyed: 2,
      usedAfterwards: 1,
      falsePositives: [{ at: NOW, usedAt: NOW + 4 * HOUR }],
    });
  });
});
