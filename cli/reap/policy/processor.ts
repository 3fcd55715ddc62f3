import { gaplessSince, quantile, type Range, type Series } from "../../../core/time-series";
import { failed, type Signal } from "./evidence";
import { formatTime } from "./wording";

/**
 * Separates work from a node's background load: kubelet, DOKS' own daemons, and services that wait for somebody.
 *
 * The baseline comes from the node's own quiet times: a fifth of a day is nearly five hours, and few work for
 * nineteen. A node that is younger than a day may have been at work all its life; what it did is taken for its baseline
 * only as far as 10 %, which is more than DOKS' daemons and idle services take. And never is more than 30 % a baseline:
 * who calculates day and night is at work.
 */
const QUIET_SHARE = 0.2;
const MOST_WHEN_YOUNG = 0.1;
const MOST = 0.3;
/** Less than that tells no baseline: then it is 0. */
const LEAST_HISTORY_SECONDS = 3_600;

/**
 * Work is that much more than the baseline, as a share of the node, over ten minutes. A cron job of half a minute on one
 * of two processors is 2.5 % of that, a test run of a minute and a half 7 %. Counters are exact, so that nothing is lost
 * by looking at ten minutes together.
 */
const MARGIN = 0.04;
const INTERVAL_SECONDS = 600;
/** When a day was asked for, there are points of nearly a day. */
const NEARLY_A_DAY_SECONDS = 0.9 * 86_400;

/** The requests about one node, and the answers: `droplet/cpu`, one series per mode. */
export interface ProcessorReading extends Range {
  /** In words: `node workers-x3k1`. */
  readonly source: string;
  readonly series: readonly Series[];
  /** When the node was created, Unix seconds: before that there was nothing to see. */
  readonly createdAt: number;
}

/** The last work that a node's counters prove. */
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

/** Seconds that the processors of a node have spent since it started, idle and in all modes together. */
interface Counter {
  readonly at: number;
  readonly idle: number;
  readonly all: number;
}

/** How busy a node was until a time, as a share of its processors. */
interface Interval {
  readonly at: number;
  readonly busy: number;
}

/** The modes' counters side by side; a time at which one is missing is left out. */
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
 * The ten minutes or a bit more before each counter, so that no burst is cut in two. In order; without those in which the
 * node has restarted, at which its counters begin anew.
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
