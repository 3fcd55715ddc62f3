import { type Day, stretchAt } from "../../core/working-hours";

/**
 * The simulated time: four weeks from a Monday on. Clocks are set back in Europe on 25 October and in America on 1
 * November. Unix seconds.
 */
export const START = Date.UTC(2026, 9, 12) / 1000;
export const DAYS = 28;
export const MINUTES = DAYS * 24 * 60;
export const END = START + MINUTES * 60;

/** A day where somebody is. */
export interface LocalDay {
  /** Nine o'clock by the clocks there, in minutes since the start. */
  readonly nine: number;
  readonly day: Day;
  /** From 0 on. */
  readonly number: number;
}

const WEEK: readonly Day[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** All days, by the clocks of a time zone between America and India. */
export function localDays(timeZone: string): LocalDay[] {
  const hours = { wakeAt: "09:00", sleepAt: "08:59", days: WEEK, timeZone } as const;
  return Array.from({ length: DAYS }, (_, number) => {
    // Three in the afternoon in UTC is after nine there, and still the same day.
    const afternoon = START + number * 86_400 + 15 * 3_600;
    const nine = (stretchAt(hours, afternoon).since - START) / 60;
    return { nine, day: WEEK[number % 7] ?? "mon", number };
  });
}

/** Unix seconds of a minute since the start. */
export function timeOf(minute: number): number {
  return START + minute * 60;
}
