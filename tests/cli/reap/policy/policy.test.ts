import { policyOf } from "../../../../core/reaping-policy";
import { DAY, DEV, HOUR } from "./fixtures";

describe("policyOf", () => {
  it("turns durations into seconds, and sorts the warnings from the longest to the shortest", () => {
    expect(policyOf({ ...DEV, warnAhead: ["30m", "2d", "2h", "120m"] })).toEqual({
      ttlSeconds: 14 * DAY,
      maxTtlSeconds: 30 * DAY,
      idleAfterSeconds: 3 * HOUR,
      onIdle: "sleep",
      destroyAfterIdleSeconds: 14 * DAY,
      protect: false,
      warnAheadSeconds: [2 * DAY, 2 * HOUR, HOUR / 2],
      workingHours: undefined,
    });
  });

  it("fails for an invalid duration", () => {
    expect(() => policyOf({ ...DEV, ttl: "soon" })).toThrow(RangeError);
  });
});
