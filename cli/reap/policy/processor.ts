import { gaplessSince, quantile, type Range, type Series } from "../../../core/time-series";
import { failed, type Signal } from "./evidence";
import { formatTime } from "./wording";

/**
 * Separates work from a node's background load: kubelet, DOKS' own daemons, and idle services.
 *
 * The baseline comes from the node's own quiet times: a fifth of a day is nearly five hours, and few work for
 * nineteen. A node younger than a day may have worked all its life, so its baseline is at most 10 %, which is more than
 * DOKS' daemons and idle services use. A baseline is never more than 30 %: computing day and night is work.
 */
const QUIET_SHARE = 0.2;
const MOST_WHEN_YOUNG = 0.1;
const MOST = 0.3;
/** With fewer readings the baseline is 0. */
const LEAST_HISTORY_SECONDS = 3_600;

/**
 * Work exceeds the baseline by this share of the node, over ten minutes. A cron job of half a minute on one of two
 * processors is 2.5 %, a test run of a minute and a half 7 %. Counters are exact, so ten minutes together lose nothing.
 */
const MARGIN = 0.04;
const INTERVAL_SECONDS = 600;
/** A request for a day returns points for nearly a day. */
const NEARLY_A_DAY_SECONDS = 0.9 * 86_400;

/** The readings of one node from `droplet/cpu`, one series per mode. */
export interface ProcessorReading extends Range {
  /** Name for people: `node workers-x3k1`. */
  readonly source: string;
  readonly series: readonly Series[];
  /** Creation of the node, Unix seconds; it has no earlier readings. */
  readonly createdAt: number;
}

/** Returns the last work that a node's counters prove. */
export function processorSignal(reading: ProcessorReading): Signal {
  const { source, series, createdAt, until } = reading;
  const counters = countersIn(series);
  const since = gaplessSince(
    counters.map(({ at }) => at),
    { from: Math.max(reading.from, createdAt), until },
  );
  const intervals = intervalsIn(counters);
  if (intervals.length === 0 || since === undefined) {
    return failed("processor", source, `no readings up to ${formatTime(until)}`);
  }
  const baseline = baselineOf(intervals);
  const last = intervals.findLast(({ busy }) => busy > baseline + MARGIN);
  const value = last && percent(last.busy);
  return {
    signal: "processor",
    source,
    state: "read",
    at: last?.at,
    ...(since > createdAt ? { from: since } : {}),
    value,
    detail: `${value ?? "no work"} over a baseline of ${percent(baseline)}`,
  };
}

/** Seconds of a node's processors since its start, idle and in all modes together. */
interface Counter {
  readonly at: number;
  readonly idle: number;
  readonly all: number;
}

/** The load of a node until a time, as a share of its processors. */
interface Interval {
  readonly at: number;
  readonly busy: number;
}

/** Joins the modes' counters by time, without times at which one is missing. */
function countersIn(series: readonly Series[]): Counter[] {
  const sums = new Map<number, { idle: number; all: number; modes: number }>();
  for (const { metric, values } of series) {
    for (const [at, text] of values) {
      const sum = sums.get(at) ?? { idle: 0, all: 0, modes: 0 };
      const value = Number(text);
      sum.all += value;
      sum.idle += metric.mode === "idle" ? value : 0;
      sum.modes++;
      sums.set(at, sum);
    }
  }
  return [...sums]
    .filter(([, { modes, all }]) => modes === series.length && Number.isFinite(all))
    .map(([at, { idle, all }]) => ({ at, idle, all }))
    .sort((one, other) => one.at - other.at);
}

/**
 * Returns the load in the ten minutes or slightly more before each counter, so that no burst is cut in two. Intervals with a
 * restart of the node are omitted, because its counters start again from 0.
 */
function intervalsIn(counters: readonly Counter[]): Interval[] {
  const intervals: Interval[] = [];
  let first = 0;
  for (const end of counters) {
    while (end.at - (counters[first + 1]?.at ?? end.at) >= INTERVAL_SECONDS) {
      first++;
    }
    const start = counters[first];
    if (start && end.at - start.at >= INTERVAL_SECONDS && end.all > start.all) {
      const busy = 1 - (end.idle - start.idle) / (end.all - start.all);
      intervals.push({ at: end.at, busy });
    }
  }
  return intervals;
}

function baselineOf(intervals: readonly Interval[]): number {
  const history = (intervals.at(-1)?.at ?? 0) - (intervals[0]?.at ?? 0);
  if (history < LEAST_HISTORY_SECONDS) {
    return 0;
  }
  const quiet = quantile(
    intervals.map(({ busy }) => busy),
    QUIET_SHARE,
  );
  return Math.min(quiet, history < NEARLY_A_DAY_SECONDS ? MOST_WHEN_YOUNG : MOST);
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
