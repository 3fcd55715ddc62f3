/** Days of the week as in settings; the position is JavaScript's number of the day. */
export const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
export type Day = (typeof DAYS)[number];

/** The hours in which an environment should be awake. */
export interface WorkingHours {
  /** Local time at which it wakes, `HH:MM`. */
  readonly wakeAt: string;
  /** Local time at which it sleeps, `HH:MM`; on the next day if it is not after `wakeAt`. */
  readonly sleepAt: string;
  /** Days on which it wakes. */
  readonly days: readonly Day[];
  /** IANA name, e.g. `Europe/Berlin`. */
  readonly timeZone: string;
}

/** Whether a time is within the working hours, and the stretch in which that holds, in Unix seconds. */
export interface Stretch {
  readonly working: boolean;
  readonly since: number;
  readonly until: number;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

const DAY_SECONDS = 86_400;
/** The schedule repeats after a week; one more day for a span that ends on the next day. */
const HORIZON_DAYS = 8;
const CLOCK_TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;

/** The offsets of a time zone. */
interface Zone {
  readonly formatter: Intl.DateTimeFormat;
  /** Offsets by midnight in UTC, Unix seconds, for the few days around now. */
  readonly offsets: Map<number, number>;
}

/**
 * Creating a formatter takes a hundred times as long as using it, and using it ten times as long as everything else
 * here.
 */
const zones = new Map<string, Zone>();

/** Whether a text is a time of day, from `00:00` to `23:59`. */
export function isClockTime(text: string): boolean {
  return CLOCK_TIME.test(text);
}

/** Whether this Node knows the time zone. */
export function isTimeZone(name: string): boolean {
  try {
    zoneOf(name);
    return true;
  } catch {
    return false; // A RangeError is the only sign of an unknown zone.
  }
}

/**
 * Returns whether a time is within the working hours, including clock changes. A local time that occurs twice or
 * never on that day is resolved so that the environment is awake longer.
 *
 * @param hours - with at least one day
 * @param now - Unix seconds
 */
export function stretchAt(hours: WorkingHours, now: number): Stretch {
  let since = -Infinity;
  for (const { start, end } of spansAround(hours, now)) {
    if (now < start) {
      return { working: false, since, until: start };
    }
    if (now < end) {
      return { working: true, since: start, until: end };
    }
    since = end;
  }
  throw new RangeError("working hours need a day");
}

/** Yields the spans in order. Joins spans that overlap. */
function* spansAround({ wakeAt, sleepAt, days, timeZone }: WorkingHours, now: number) {
  const today = localDate(now, timeZone);
  const wakeSeconds = minutesOf(wakeAt) * 60;
  const sleepSeconds = minutesOf(sleepAt) * 60;
  let open: Span | undefined;
  for (let offset = -HORIZON_DAYS; offset <= HORIZON_DAYS; offset++) {
    const date = today + offset * DAY_SECONDS;
    const day = DAYS[new Date(date * 1000).getUTCDay()];
    if (day === undefined || !days.includes(day)) {
      continue;
    }
    const wake = date + wakeSeconds;
    const sleep = date + sleepSeconds + (sleepSeconds > wakeSeconds ? 0 : DAY_SECONDS);
    const span = {
      start: Math.min(...instantsOf(wake, timeZone)),
      end: Math.max(...instantsOf(sleep, timeZone)),
    };
    if (open && span.start <= open.end) {
      open = { start: open.start, end: span.end };
      continue;
    }
    if (open) {
      yield open;
    }
    open = span;
  }
  if (open) {
    yield open;
  }
}

/**
 * The instants at which clocks show a local time: one, or two when clocks are set back over it. When clocks are set
 * forward over it, there is no such instant, and the two that the old and the new offset would give are returned.
 *
 * @param local - the local time, written as if it were UTC; Unix seconds
 */
function instantsOf(local: number, timeZone: string): readonly number[] {
  const before = local - offsetAt(local - DAY_SECONDS, timeZone);
  const after = local - offsetAt(local + DAY_SECONDS, timeZone);
  if (before === after) {
    return [before];
  }
  const exact = [before, after].filter((at) => at + offsetAt(at, timeZone) === local);
  return exact.length > 0 ? exact : [before, after];
}

/** The offset of a time zone from UTC, in seconds. */
function offsetAt(at: number, timeZone: string): number {
  const zone = zoneOf(timeZone);
  const midnight = Math.floor(at / DAY_SECONDS) * DAY_SECONDS;
  const before = offsetAtMidnight(zone, midnight);
  // Clocks change at most once between two midnights.
  return before === offsetAtMidnight(zone, midnight + DAY_SECONDS) ? before : shownOffset(zone, at);
}

function offsetAtMidnight(zone: Zone, midnight: number): number {
  let offset = zone.offsets.get(midnight);
  if (offset === undefined) {
    offset = shownOffset(zone, midnight);
    zone.offsets.set(midnight, offset);
  }
  return offset;
}

/** The zone's offset: local time read as UTC, minus the instant. */
function shownOffset({ formatter }: Zone, at: number): number {
  const shown = Object.fromEntries(
    formatter.formatToParts(at * 1000).map(({ type, value }) => [type, Number(value)]),
  ) as Record<"year" | "month" | "day" | "hour" | "minute" | "second", number>;
  const { year, month, day, hour, minute, second } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - at;
}

/** Midnight of the local date, represented as if it were UTC. */
function localDate(at: number, timeZone: string): number {
  return Math.floor((at + offsetAt(at, timeZone)) / DAY_SECONDS) * DAY_SECONDS;
}

function zoneOf(name: string): Zone {
  let zone = zones.get(name);
  if (zone === undefined) {
    const formatter = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    zone = { formatter, offsets: new Map() };
    zones.set(name, zone);
  }
  return zone;
}

function minutesOf(clockTime: string): number {
  const [, hours, minutes] = CLOCK_TIME.exec(clockTime) ?? [];
  if (hours === undefined || minutes === undefined) {
    throw new RangeError(`"${clockTime}" is not a time of day such as 08:30`);
  }
  return Number(hours) * 60 + Number(minutes);
}
