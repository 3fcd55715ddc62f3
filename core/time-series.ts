/**
 * One series of a matrix, the format of DigitalOcean's monitoring.
 *
 * @see https://docs.digitalocean.com/reference/api/digitalocean/#tag/Monitoring
 */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  /** `[Unix seconds, value]`, ascending. */
  readonly values: readonly (readonly [number, number | string])[];
}

/** A requested time range, in Unix seconds. */
export interface Range {
  readonly from: number;
  readonly until: number;
}

export interface Point {
  /** Unix seconds. */
  readonly at: number;
  readonly value: number;
}

/**
 * The longest range of one request: a day has steps of 216 s, and longer ranges have longer steps. A longer range is
 * requested day by day, and {@link joined} merges the answers.
 *
 * Source of the 216 s: an answer quoted at
 * https://www.digitalocean.com/community/questions/get_droplet_cpu_metrics-response-format (October 2025)
 */
export const LONGEST_RANGE_SECONDS = 86_400;

/**
 * How long DigitalOcean keeps metrics, in seconds: 14 days.
 *
 * @see https://docs.digitalocean.com/products/monitoring/details/limits/
 */
export const RETENTION_SECONDS = 14 * 86_400;

/** The minimum range to request: readings are judged by their own past, and a day includes a night. */
export const HISTORY_SECONDS = 86_400;

/** A longer distance between points is a gap, about which nothing is known. Four steps, to tolerate late points. */
const LONGEST_STEP_SECONDS = 900;

/** The numeric points of a series. */
export function pointsOf({ values }: Series): Point[] {
  return values
    .map(([at, value]) => ({ at, value: Number(value) }))
    .filter(({ value }) => Number.isFinite(value));
}

/** Merges the answers for consecutive ranges: series with the same labels become one. */
export function joined(answers: readonly (readonly Series[])[]): Series[] {
  const byLabels = new Map<string, Series>();
  for (const series of answers.flat()) {
    const key = JSON.stringify(Object.entries(series.metric).sort());
    const before = byLabels.get(key)?.values ?? [];
    const last = before.at(-1)?.[0] ?? -Infinity;
    const values = [...before, ...series.values.filter(([at]) => at > last)];
    byLabels.set(key, { metric: series.metric, values });
  }
  return [...byLabels.values()];
}

/** Whether two consecutive points are close enough to represent the time between them. */
export function isStep(from: number, to: number): boolean {
  return to > from && to - from <= LONGEST_STEP_SECONDS;
}

/**
 * The start of the gapless points up to the end of the range.
 *
 * @param times - of the points, ascending
 * @returns Unix seconds, at least `from`; undefined when the newest point is missing
 */
export function gaplessSince(times: readonly number[], { from, until }: Range): number | undefined {
  let since = from;
  let last = from;
  for (const time of times) {
    if (time - last > LONGEST_STEP_SECONDS) {
      since = time;
    }
    last = Math.max(last, time);
  }
  return until - last > LONGEST_STEP_SECONDS ? undefined : since;
}

/**
 * The value below which a share of the values lies.
 *
 * @param share - from 0 to 1
 * @returns 0 for an empty list
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
}
