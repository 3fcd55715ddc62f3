import { formatDuration } from "../../../core/duration";

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** Formats Unix seconds: `2026-11-23 08:42 UTC`. */
export function formatTime(at: number): string {
  return `${new Date(at * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** Formats a duration in seconds: `45s`, `3h12m`, `2d5h`. */
export function formatSpan(seconds: number): string {
  const exact = Math.max(0, seconds);
  const unit = exact >= DAY ? HOUR : exact >= HOUR ? 60 : 1;
  return formatDuration(Math.round(exact / unit) * unit);
}
