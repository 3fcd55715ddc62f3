import { processorSignal } from "../../../../cli/reap/policy/processor";
import type { Series } from "../../../../core/time-series";
import { DAY, HOUR, MINUTE, NOW } from "./fixtures";

const STEP = 216;
const PROCESSORS = 2;

/** Counters of a node that was `busy(secondsAgo)` of its processors busy, over the last `length` seconds. */
function counters(busy: (ago: number) => number, length = DAY): Series[] {
  let idle = 1_000;
  let used = 500;
  const times = Array.from(
    { length: Math.floor(length / STEP) },
    (_, i) => NOW - i * STEP,
  ).reverse();
  const rows = times.map((at) => {
    const share = busy(NOW - at);
    idle += STEP * PROCESSORS * (1 - share);
    used += STEP * PROCESSORS * share;
    return { at, idle, used };
  });
  const series = (mode: string, value: (row: (typeof rows)[number]) => number): Series => ({
    metric: { host_id: "1", mode },
    values: rows.map((row) => [row.at, value(row).toFixed(2)]),
  });
  return [
    series("idle", (row) => row.idle),
    series("user", (row) => row.used * 0.6),
    series("system", (row) => row.used * 0.3),
    series("iowait", (row) => row.used * 0.1),
    series("steal", () => 0),
  ];
}

function read(series: readonly Series[], createdAt = NOW - 5 * DAY) {
  const range = { from: NOW - DAY, until: NOW };
  return processorSignal({ source: "node n", series, createdAt, ...range });
}

const last = (busy: (ago: number) => number, age = 5 * DAY) => {
  const signal = read(counters(busy, Math.min(age, DAY)), NOW - age);
  return signal.state === "read" ? signal.at : signal.state;
};

describe("processorSignal", () => {
  it.each([0.01, 0.06, 0.2])("treats a steady %d as the baseline", (share) => {
    expect(last(() => share)).toBeUndefined();
    expect(last((ago) => share + 0.01 * Math.sin(ago / 500))).toBeUndefined();
  });

  it("detects a test run of two minutes on one of two processors", () => {
    // Within one step of 216 s.
    const run = (ago: number) => (ago === 100 * STEP ? 120 / STEP / PROCESSORS : 0);
    const at = last((ago) => 0.05 + run(ago));
    expect(at).toBeGreaterThanOrEqual(NOW - 100 * STEP);
    expect(at).toBeLessThanOrEqual(NOW - 100 * STEP + 10 * MINUTE + STEP);
  });

  it("ignores a cron job of half a minute every hour", () => {
    const cron = (ago: number) => (Math.floor(ago / STEP) % 17 === 0 ? 30 / STEP / PROCESSORS : 0);
    expect(last((ago) => 0.05 + cron(ago))).toBeUndefined();
  });

  it("detects work that has just begun", () => {
    expect(last((ago) => (ago < 2 * STEP ? 0.5 : 0.05))).toBe(NOW);
  });

  it("learns the baseline from the quiet fifth of a day", () => {
    expect(last((ago) => (ago > 19 * HOUR ? 0.05 : 0.25))).toBe(NOW);
    expect(last((ago) => (ago > 6 * HOUR ? 0.25 : 0.05))).toBeLessThan(NOW - 5 * HOUR);
  });

  it("limits the baseline to 30 %, and to 10 % in the first day", () => {
    expect(last(() => 0.33)).toBeUndefined();
    expect(last(() => 0.35)).toBe(NOW);
    expect(last(() => 0.13, 10 * HOUR)).toBeUndefined();
    expect(last(() => 0.15, 10 * HOUR)).toBe(NOW);
  });

  it("has no baseline in the first hour", () => {
    expect(last(() => 0.06, HOUR / 2)).toBe(NOW);
  });

  it("handles a restart, which resets all counters", () => {
    const first = [50_000, 40_000, 30_000, 10_000, 0];
    const restarted = counters(() => 0.05).map(({ metric, values }, mode) => ({
      metric,
      values: values.map(([at, value], index): [number, number] => [
        at,
        index < 300 ? Number(value) + (first[mode] ?? 0) : Number(value) - Number(values[300]?.[1]),
      ]),
    }));
    expect(read(restarted)).toMatchObject({ state: "read", at: undefined });
  });

  it("skips a time at which a mode is missing", () => {
    const [idle, ...others] = counters(() => 0.05);
    const holed = {
      metric: { mode: "idle" },
      values: (idle?.values ?? []).filter((_, i) => i % 3 > 0),
    };
    expect(read([holed, ...others])).toMatchObject({ state: "read", at: undefined });
  });

  it.each<[string, Series[]]>([
    ["there is no series", []],
    [
      "the newest counters are missing",
      counters(() => 0.05).map(({ metric, values }) => ({ metric, values: values.slice(0, -6) })),
    ],
    [
      "the newest of one mode are missing",
      counters(() => 0.05).map(({ metric, values }, i) => ({
        metric,
        values: i === 0 ? values.slice(0, -6) : values,
      })),
    ],
    [
      "there is only one counter",
      counters(() => 0.05).map(({ metric, values }) => ({ metric, values: values.slice(-1) })),
    ],
  ])("fails when %s", (_, series) => {
    expect(read(series).state).toBe("failed");
  });

  it("covers a node's life from its creation or from the range's start", () => {
    expect(
      read(
        counters(() => 0.05, 4 * HOUR),
        NOW - 4 * HOUR,
      ),
    ).not.toHaveProperty("from");
    expect(read(counters(() => 0.05))).toHaveProperty("from", NOW - DAY);
  });
});
