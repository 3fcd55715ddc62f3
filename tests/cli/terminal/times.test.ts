import { age, moment, timeLeft } from "../../../cli/terminal/times";

const NOW = new Date("2026-11-23T12:00:00Z");
const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];
/** So many seconds before (or, if negative, after) now. */
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000).toISOString();

describe("age", () => {
  it.each([
    [0, "0s"],
    [0.4, "0s"],
    [59, "59s"],
    [119, "1m"],
    [2 * MINUTE, "2m"],
    [119 * MINUTE, "1h"],
    [2 * HOUR + 59 * MINUTE, "2h"],
    [47 * HOUR, "1d"],
    [2 * DAY, "2d"],
    [14 * DAY, "14d"],
    [400 * DAY, "400d"],
  ])("%d s are %s: one unit, as in kubectl", (seconds, text) => {
    expect(age(ago(seconds), NOW)).toBe(text);
  });

  it("is never negative, where clocks differ", () => {
    expect(age(ago(-30), NOW)).toBe("0s");
  });
});

describe("timeLeft", () => {
  it.each([
    [-14 * DAY + 30, "in 14d"],
    [-3 * DAY - 13 * HOUR, "in 4d"],
    [-5 * HOUR, "in 5h"],
    [-1, "in 1s"],
    [0, "expired 0s ago"],
    [5 * HOUR, "expired 5h ago"],
  ])("%d s ago is %s", (seconds, text) => {
    expect(timeLeft(ago(seconds), NOW)).toBe(text);
  });
});

describe("moment", () => {
  it("is a time to the minute, always in UTC", () => {
    expect(moment("2026-12-07T08:42:59.999Z")).toBe("2026-12-07 08:42 UTC");
    expect(moment("2026-12-07T00:42:00.123456789+01:00")).toBe("2026-12-06 23:42 UTC");
  });
});
