import { formatDuration } from "../../core/duration";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Returns the age of a time in whole units of the largest unit, like kubectl: `3d`, `5h`, `12m`. */
export function age(since: string, now: Date): string {
  return roughly((now.getTime() - Date.parse(since)) / 1000, Math.floor);
}

/** Returns the distance to a time, rounded to a unit: `in 3d`, or `expired 5h ago`. */
export function timeLeft(expiresAt: string, now: Date): string {
  const seconds = (Date.parse(expiresAt) - now.getTime()) / 1000;
  return seconds > 0
    ? `in ${roughly(seconds, Math.round)}`
    : `expired ${roughly(-seconds, Math.round)} ago`;
}

/** Returns a time for people, to the minute: `2026-12-07 08:42 UTC`. */
export function moment(timestamp: string): string {
  return `${new Date(timestamp).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function roughly(seconds: number, whole: (units: number) => number): string {
  const unit =
    seconds >= 2 * DAY ? DAY : seconds >= 2 * HOUR ? HOUR : seconds >= 2 * MINUTE ? MINUTE : 1;
  return formatDuration(Math.max(0, whole(seconds / unit) * unit)).replace(/(?<=[a-z])\d.*/, "");
}
