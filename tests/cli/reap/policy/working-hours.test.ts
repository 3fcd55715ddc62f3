import * as fc from "fast-check";
import {
  DAYS,
  isClockTime,
  isTimeZone,
  stretchAt,
  type WorkingHours,
} from "../../../../core/working-hours";
import { DAY, HOUR, NOW } from "./fixtures";

const BERLIN: WorkingHours = {
  wakeAt: "07:00",
  sleepAt: "20:00",
  days: ["mon", "tue", "wed", "thu", "fri"],
  timeZone: "Europe/Berlin",
};

const at = (time: string) => Date.parse(time) / 1000;
const shown = ({ working, since, until }: ReturnType<typeof stretchAt>) => [
  working,
  new Date(since * 1000).toISOString(),
  new Date(until * 1000).toISOString(),
];

describe("stretchAt", () => {
  it.each([
    ["a day", "2026-11-23T12:00:00Z", true, "2026-11-23T06:00:00.000Z", "2026-11-23T19:00:00.000Z"],
    [
      "a night",
      "2026-11-23T21:00:00Z",
      false,
      "2026-11-23T19:00:00.000Z",
      "2026-11-24T06:00:00.000Z",
    ],
    [
      "a weekend",
      "2026-11-22T12:00:00Z",
      false,
      "2026-11-20T19:00:00.000Z",
      "2026-11-23T06:00:00.000Z",
    ],
    [
      "the first second",
      "2026-11-23T06:00:00Z",
      true,
      "2026-11-23T06:00:00.000Z",
      "2026-11-23T19:00:00.000Z",
    ],
    [
      "the second after",
      "2026-11-23T19:00:00Z",
      false,
      "2026-11-23T19:00:00.000Z",
      "2026-11-24T06:00:00.000Z",
    ],
  ])("determines %s by the time zone's clock", (_, time, ...expected) => {
    expect(shown(stretchAt(BERLIN, at(time)))).toEqual(expected);
  });

  it("follows the change to and from summer time", () => {
    // Until Friday, 23 October, and from Monday, 30 March, Berlin is two hours ahead of UTC.
    expect(shown(stretchAt(BERLIN, at("2026-10-24T12:00:00Z")))).toEqual([
      false,
      "2026-10-23T18:00:00.000Z",
      "2026-10-26T06:00:00.000Z",
    ]);
    expect(shown(stretchAt(BERLIN, at("2026-03-28T12:00:00Z")))).toEqual([
      false,
      "2026-03-27T19:00:00.000Z",
      "2026-03-30T05:00:00.000Z",
    ]);
  });

  it("uses the new offset from the hour of the change", () => {
    const sunday = { ...BERLIN, days: ["sun"] } as const;
    expect(shown(stretchAt(sunday, at("2026-10-25T12:00:00Z")))).toEqual([
      true,
      "2026-10-25T06:00:00.000Z",
      "2026-10-25T19:00:00.000Z",
    ]);
    expect(shown(stretchAt(sunday, at("2026-03-29T12:00:00Z")))).toEqual([
      true,
      "2026-03-29T05:00:00.000Z",
      "2026-03-29T18:00:00.000Z",
    ]);
  });

  it("is awake longer on days when a local time occurs twice or never", () => {
    const night = { ...BERLIN, days: ["sun"], wakeAt: "02:30", sleepAt: "04:00" } as const;
    // 02:30 is at 00:30 and at 01:30 UTC.
    expect(shown(stretchAt(night, at("2026-10-25T02:00:00Z")))[1]).toBe("2026-10-25T00:30:00.000Z");
    // 02:30 is skipped: clocks go from 02:00 to 03:00, at 01:00 UTC.
    expect(shown(stretchAt(night, at("2026-03-29T01:30:00Z")))[1]).toBe("2026-03-29T00:30:00.000Z");
    const untilThen = { ...night, wakeAt: "00:00", sleepAt: "02:30" };
    expect(shown(stretchAt(untilThen, at("2026-10-25T00:00:00Z")))[2]).toBe(
      "2026-10-25T01:30:00.000Z",
    );
    expect(shown(stretchAt(untilThen, at("2026-03-29T00:00:00Z")))[2]).toBe(
      "2026-03-29T01:30:00.000Z",
    );
  });

  it("extends into the next day when sleep precedes wake, and joins such days", () => {
    const nights = { ...BERLIN, wakeAt: "22:00", sleepAt: "06:00", days: ["fri"] } as const;
    expect(shown(stretchAt(nights, at("2026-11-21T03:00:00Z")))).toEqual([
      true,
      "2026-11-20T21:00:00.000Z",
      "2026-11-21T05:00:00.000Z",
    ]);
    const noBreak = { ...nights, wakeAt: "06:00", days: ["fri", "sat"] } as const;
    expect(shown(stretchAt(noBreak, at("2026-11-21T12:00:00Z")))).toEqual([
      true,
      "2026-11-20T05:00:00.000Z",
      "2026-11-22T05:00:00.000Z",
    ]);
  });

  it.each(["America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Kiritimati", "UTC"])(
    "assigns every time of %s to one consistent stretch",
    (timeZone) => {
      const hours = fc.record({
        wakeAt: fc.constantFrom("00:00", "02:30", "07:00", "23:59"),
        sleepAt: fc.constantFrom("00:01", "06:00", "20:00", "23:00"),
        days: fc.subarray([...DAYS], { minLength: 1 }),
        timeZone: fc.constant(timeZone),
      });
      fc.assert(
        fc.property(hours, fc.integer({ min: 0, max: 400 * DAY }), fc.nat(), (its, later, pick) => {
          const now = NOW + later;
          const stretch = stretchAt(its, now);
          expect(stretch.since).toBeLessThanOrEqual(now);
          expect(stretch.until).toBeGreaterThan(now);
          // Six days joined are seen from either end only as far as eight days.
          const within = now + (pick % Math.min(stretch.until - now, HOUR));
          expect(stretchAt(its, within)).toEqual(stretch);
          expect(stretchAt(its, stretch.until).working).toBe(!stretch.working);
        }),
      );
    },
  );

  it("fails without a day", () => {
    expect(() => stretchAt({ ...BERLIN, days: [] }, NOW)).toThrow(RangeError);
  });
});

describe("checks for the settings", () => {
  it("know times of day", () => {
    expect(["00:00", "08:30", "23:59"].filter(isClockTime)).toHaveLength(3);
    expect(["24:00", "8:30", "08:60", "0830", ""].filter(isClockTime)).toEqual([]);
  });

  it("know time zones", () => {
    expect(["Europe/Berlin", "UTC", "America/New_York"].filter(isTimeZone)).toHaveLength(3);
    expect(["Europe/Bonn", "", "Berlin"].filter(isTimeZone)).toEqual([]);
  });
});
