import type { Measure } from "../../cli/reap/policy/traffic";
import type { Range, Series } from "../../core/time-series";
import type { Activity } from "./activity";
import { MINUTES, START } from "./span";

/** Steps in which a day comes from DigitalOcean, in seconds: core/time-series.ts says where that is from. */
const STEP_SECONDS = 216;
const PROCESSORS = 2;

/** What monitoring would say of one environment. */
export interface Measurements {
  readonly traffic: (measure: Measure, range: Range) => Series[];
  /** @param bootedAt - when the node was created, Unix seconds */
  readonly processor: (node: number, range: Range, bootedAt: number) => Series[];
}

/** @param daemons - share of a node's processors that its own daemons and idle services take */
export function measure(activity: Activity, daemons: number): Measurements {
  const sums = {
    requests: cumulated(activity.requests),
    bytes: cumulated(activity.bytes),
    work: activity.work.map(cumulated),
  };
  return {
    traffic: (kind, range) => [
      {
        metric: {},
        values: timesIn(range).map((at) => [
          at,
          (until(sums[kind], at) - until(sums[kind], at - STEP_SECONDS)) / STEP_SECONDS,
        ]),
      },
    ],
    processor: (node, range, bootedAt) => {
      const times = timesIn({ from: Math.max(range.from, bootedAt), until: range.until });
      const work = sums.work[node] ?? new Float64Array();
      const busy = times.map((at) => {
        const alive = at - bootedAt;
        // Pods start, images are pulled: four minutes at full speed.
        const start = Math.min(alive, 240) * PROCESSORS;
        const pods = until(work, at) - until(work, bootedAt);
        return Math.min(
          alive * PROCESSORS,
          start + pods + daemons * PROCESSORS * (alive + ripple(at, node)),
        );
      });
      const all = times.map((at) => (at - bootedAt) * PROCESSORS);
      return [
        {
          metric: { mode: "idle" },
          values: times.map((at, i) => [at, (all[i] ?? 0) - (busy[i] ?? 0)]),
        },
        { metric: { mode: "user" }, values: times.map((at, i) => [at, busy[i] ?? 0]) },
      ];
    },
  };
}

function timesIn({ from, until: end }: Range): number[] {
  const first = Math.ceil(Math.max(from, START) / STEP_SECONDS) * STEP_SECONDS;
  const count = Math.max(0, Math.floor((end - first) / STEP_SECONDS) + 1);
  return Array.from({ length: count }, (_, index) => first + index * STEP_SECONDS);
}

/** Daemons take more and less in turns, by up to a third, in periods of some minutes; the integral of that, in seconds. */
function ripple(at: number, node: number): number {
  return 40 * Math.sin((at + node * 97) / 120);
}

function cumulated(perMinute: Float32Array): Float64Array {
  const sums = new Float64Array(MINUTES + 1);
  for (let minute = 0; minute < MINUTES; minute++) {
    sums[minute + 1] = (sums[minute] ?? 0) + (perMinute[minute] ?? 0);
  }
  return sums;
}

/** Of what is counted by minute, how much there was until a time; evenly within a minute. */
function until(sums: Float64Array, at: number): number {
  const minutes = Math.min(Math.max((at - START) / 60, 0), MINUTES);
  const whole = Math.floor(minutes);
  const before = sums[whole] ?? 0;
  return before + ((sums[Math.min(whole + 1, MINUTES)] ?? 0) - before) * (minutes - whole);
}
