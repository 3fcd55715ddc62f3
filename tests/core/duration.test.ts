import * as fc from "fast-check";
import {
  formatDuration,
  LONGEST_DURATION_SECONDS,
  parseDuration,
  secondsOf,
} from "../../core/duration";

describe("durations", () => {
  it.each([
    ["1s", 1],
    ["30m", 1_800],
    ["8h", 28_800],
    ["2h30m", 9_000],
    ["14d", 1_209_600],
    ["2w", 1_209_600],
    ["1d12h", 129_600],
    ["90m", 5_400],
  ])("%s is %d seconds", (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
    expect(secondsOf(text)).toBe(seconds);
  });

  it.each(["", "0s", "8", "8 h", "h8", "1.5h", "-1h", "30m2h", "1y", "366d", "8H", "1h1h"])(
    "fails for %j",
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
      expect(() => secondsOf(text)).toThrow(RangeError);
    },
  );

  it("writes durations that it reads back unchanged", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: LONGEST_DURATION_SECONDS }), (seconds) => {
        expect(parseDuration(formatDuration(seconds))).toBe(seconds);
      }),
    );
  });

  it("counts days, not weeks", () => {
    expect(formatDuration(1_209_600)).toBe("14d");
  });
});
