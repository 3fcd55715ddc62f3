import * as fc from "fast-check";
import { type Measure, trafficSignal } from "../../../../cli/reap/policy/traffic";
import type { Series } from "../../../../core/time-series";
import { DAY, HOUR, NOW } from "./fixtures";

const STEP = 216;

/** A day of readings, each of the requests (or bytes) that its number says. */
function day(amounts: (index: number) => number, step = STEP): Series {
  const count = Math.floor(DAY / step);
  return {
    metric: {},
    values: Array.from({ length: count }, (_, index) => [
      NOW - (count - 1 - index) * step,
      String(amounts(index) / step),
    ]),
  };
}

function read(series: readonly Series[], measure: Measure = "requests", createdAt = NOW - 5 * DAY) {
  const range = { from: NOW - DAY, until: NOW };
  return trafficSignal({ source: "load balancer lb", measure, series, createdAt, ...range });
}

const last = (series: Series, measure?: Measure) => {
  const signal = read([series], measure);
  return signal.state === "read" ? signal.at : signal.state;
};

describe("trafficSignal", () => {
  it("finds no use without traffic", () => {
    expect(last(day(() => 0))).toBeUndefined();
  });

  it.each([120, STEP, 648])("ignores a ping every minute, in steps of %d s", (step) => {
    // Pings of 60 s fall now one more, now one less into a step that is not a multiple.
    const pings = (index: number) =>
      Math.floor(((index + 1) * step + 17) / 60) - Math.floor((index * step + 17) / 60);
    expect(last(day(pings, step))).toBeUndefined();
    expect(
      last(
        day((index) => pings(index) * 15_000, step),
        "bytes",
      ),
    ).toBeUndefined();
  });

  it.each([120, STEP])(
    "ignores pings that are early or late by some seconds, in steps of %d s",
    (step) => {
      const jitter = fc.array(fc.integer({ min: -9, max: 9 }), {
        minLength: 1440,
        maxLength: 1440,
      });
      fc.assert(
        fc.property(jitter, (seconds) => {
          const counts = new Map<number, number>();
          for (const [minute, late] of seconds.entries()) {
            const index = Math.floor((minute * 60 + late) / step);
            counts.set(index, (counts.get(index) ?? 0) + 1);
          }
          const pings = (index: number) => counts.get(index) ?? 3;
          expect(last(day(pings, step))).toBeUndefined();
          expect(
            last(
              day((index) => pings(index) * 60_000, step),
              "bytes",
            ),
          ).toBeUndefined();
        }),
        { numRuns: 20 },
      );
    },
  );

  it("ignores a scanner's single requests", () => {
    expect(last(day((index) => (index % 5 === 0 ? 1 : 0)))).toBeUndefined();
  });

  it("detects an opened page, also with a ping every minute", () => {
    const page = (index: number) => (index === 250 ? 12 : 0);
    const expected = NOW - (399 - 250) * STEP;
    expect(last(day(page))).toBe(expected);
    expect(last(day((index) => page(index) + 3 + (index % 2)))).toBe(expected);
    expect(
      last(
        day((index) => page(index) * 8_000),
        "bytes",
      ),
    ).toBe(expected);
  });

  it("treats steady traffic above a trickle as use", () => {
    expect(last(day(() => (20 * STEP) / 60))).toBe(NOW);
    expect(
      last(
        day(() => 20_000 * STEP),
        "bytes",
      ),
    ).toBe(NOW);
  });

  it("treats any five requests as use in a load balancer's first hour", () => {
    const young: Series = { metric: {}, values: day(() => 5).values.slice(-10) };
    const signal = read([young], "requests", NOW - HOUR / 2);
    expect(signal).toMatchObject({ state: "read", at: NOW, value: "5 requests in 216 s" });
  });

  it("returns the newest use of several series", () => {
    const burst = (at: number) => day((index) => (index === at ? 50 : 0));
    expect(read([burst(100), burst(300), burst(200)])).toMatchObject({ at: NOW - 99 * STEP });
  });

  it("reports the time before a gap as unknown", () => {
    const { metric, values } = day(() => 0);
    const series = {
      metric,
      values: values.filter(([at]) => at < NOW - 9 * HOUR || at > NOW - 8 * HOUR),
    };
    const signal = read([series]);
    expect(signal.state).toBe("read");
    expect((signal as { from: number }).from).toBeGreaterThan(NOW - 8 * HOUR - 1);
    expect((signal as { from: number }).from).toBeLessThanOrEqual(NOW - 8 * HOUR + STEP);
  });

  it("covers a new load balancer's whole life", () => {
    const { metric, values } = day(() => 0);
    const createdAt = NOW - 4 * HOUR;
    const series = { metric, values: values.filter(([at]) => at > createdAt) };
    expect(read([series], "requests", createdAt)).not.toHaveProperty("from");
    expect(read([day(() => 0)])).toHaveProperty("from", NOW - DAY);
  });

  it.each<[string, Series[]]>([
    ["there is no series", []],
    ["a series is empty", [{ metric: {}, values: [] }]],
    ["the newest readings are missing", [{ metric: {}, values: day(() => 0).values.slice(0, -6) }]],
    [
      "one of two series stops",
      [day(() => 0), { metric: {}, values: day(() => 0).values.slice(0, -6) }],
    ],
    ["nothing in it is a number", [{ metric: {}, values: [[NOW, "NaN"]] }]],
    ["there is one reading only", [{ metric: {}, values: [[NOW, "0"]] }]],
  ])("fails when %s", (_, series) => {
    expect(read(series).state).toBe("failed");
  });
});
