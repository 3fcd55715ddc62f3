import {
  gaplessSince,
  isStep,
  type Point,
  pointsOf,
  quantile,
  type Range,
  type Series,
} from "../../../core/time-series";
import { failed, type Signal } from "./evidence";
import { formatTime } from "./wording";

/**
 * The unit of a load balancer's series. HTTP load balancers report requests per second
 * (`frontend_http_requests_per_second`), network load balancers bytes per second
 * (`frontend_nlb_tcp_network_throughput`, and `..._udp_...` if it forwards any).
 */
export type Measure = keyof typeof RULES;

/**
 * Separates use from background activity.
 *
 * A load balancer's own health checks go to the nodes and are in no frontend series, but uptime monitors and scanners of
 * the internet come through the front. Their amount does not distinguish them from a person, but their shape does: a monitor
 * is a steady trickle, a scanner an occasional request, while a person or a test makes a burst. The trickle is the median
 * of the load balancer's own readings, because nobody uses an environment for half of a day or more. A reading is use when
 * it exceeds the trickle by half and by five requests: a monitor's pings fall at most three into one reading, and five
 * scanners in one reading are rare.
 *
 * More than six requests a minute (three monitors, twice a minute) is not a trickle however steady it is: a load test, or a
 * page that is open and asks for news. A burst of a scanner counts as use; that costs money and destroys nothing.
 */
const RULES = {
  requests: { unit: 1, mostTrickle: 6 / 60, name: "requests" },
  /**
   * A small request with its response and the TCP and TLS handshakes is about 4 KiB. A monitored page is assumed to be
   * 10 KiB, or 60 KiB once a minute; a higher limit would hide people.
   */
  bytes: { unit: 4_096, mostTrickle: (6 * 10_240) / 60, name: "bytes" },
} as const;

/** A reading is use when it exceeds the trickle by this factor and by this many units. */
const FACTOR = 1.5;
const UNITS = 5;
/** With fewer readings no trickle is assumed, and any five requests are use. */
const LEAST_HISTORY_SECONDS = 3_600;

/** The readings of one load balancer. */
export interface TrafficReading extends Range {
  /** Name for people: `load balancer 4de7ac8b`. */
  readonly source: string;
  readonly measure: Measure;
  readonly series: readonly Series[];
  /** Creation of the load balancer, Unix seconds; it has no earlier readings. */
  readonly createdAt: number;
}

/** Returns the last use that a load balancer's traffic proves. */
export function trafficSignal(reading: TrafficReading): Signal {
  const { source, measure, createdAt, until } = reading;
  const range = { from: Math.max(reading.from, createdAt), until };
  const found = reading.series.map((series) => burstsIn(readingsIn(series), range, measure));
  const reachesBackTo = Math.max(...found.map(({ since }) => since));
  if (found.length === 0 || reachesBackTo === Infinity) {
    return failed("traffic", source, `no readings up to ${formatTime(until)}`);
  }
  const last = found.flatMap(({ last }) => last ?? []).sort((a, b) => b.at - a.at)[0];
  const trickle = Math.max(...found.map(({ trickle }) => trickle));
  const value = last && describe(last.amount, last.seconds, measure);
  return {
    signal: "traffic",
    source,
    state: "read",
    at: last?.at,
    ...(reachesBackTo > createdAt ? { from: reachesBackTo } : {}),
    value,
    detail: `${value ?? "no use"} over a steady ${describe(trickle * 60, 60, measure)}`,
  };
}

/** A reading: the traffic in the interval before a point. */
interface Reading {
  readonly at: number;
  readonly seconds: number;
  readonly amount: number;
}

interface Bursts {
  /** Start of the time without gaps in the readings, Unix seconds; infinity when the newest readings are missing. */
  readonly since: number;
  /** Amount per second. */
  readonly trickle: number;
  readonly last?: Reading;
}

function burstsIn(readings: readonly Reading[], range: Range, measure: Measure): Bursts {
  const { unit, mostTrickle } = RULES[measure];
  const times = readings.map(({ at }) => at);
  const history = readings.reduce((sum, { seconds }) => sum + seconds, 0);
  const median = quantile(
    readings.map(({ amount, seconds }) => amount / seconds),
    0.5,
  );
  const trickle = history < LEAST_HISTORY_SECONDS ? 0 : Math.min(median, mostTrickle);
  const isUse = ({ amount, seconds }: Reading) =>
    amount >= FACTOR * trickle * seconds + UNITS * unit;
  return {
    since: readings.length === 0 ? Infinity : (gaplessSince(times, range) ?? Infinity),
    trickle,
    last: readings.findLast(isUse),
  };
}

function readingsIn(series: Series): Reading[] {
  const points = pointsOf(series);
  return points.flatMap(({ at, value }, index) => {
    const seconds = stepBefore(points, index);
    return seconds === undefined ? [] : [{ at, seconds, amount: value * seconds }];
  });
}

/** Returns the interval of a point: the step before it, or for the first point the step after it. */
function stepBefore(points: readonly Point[], index: number): number | undefined {
  const [before, at, after] = [points[index - 1]?.at, points[index]?.at, points[index + 1]?.at];
  if (at !== undefined && before !== undefined && isStep(before, at)) {
    return at - before;
  }
  return at !== undefined && after !== undefined && isStep(at, after) ? after - at : undefined;
}

function describe(amount: number, seconds: number, measure: Measure): string {
  const over = seconds === 60 ? "a minute" : `in ${seconds} s`;
  return `${Math.round(amount).toLocaleString("en-US")} ${RULES[measure].name} ${over}`;
}
