import type { Clock } from "../clock";

/** @see https://docs.digitalocean.com/reference/api/digitalocean/#section/Introduction/Rate-Limit */
const PER_HOUR = 5000;
const PER_MINUTE = 250;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

export interface RateLimit {
  readonly allowed: boolean;
  /** `ratelimit-*`, and `retry-after` for a refused request. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Counts the requests of the last hour and minute. Refused requests do not count. */
export class RateLimiter {
  /** Times of the last hour's requests, oldest first. */
  private times: number[] = [];

  public constructor(private readonly clock: Clock) {}

  public take(): RateLimit {
    const now = this.clock.now().getTime();
    this.times = this.times.filter((time) => time > now - HOUR_MS);
    const lastMinute = this.times.filter((time) => time > now - MINUTE_MS);
    const hourIsFull = this.times.length >= PER_HOUR;
    if (!hourIsFull && lastMinute.length < PER_MINUTE) {
      this.times.push(now);
      return { allowed: true, headers: this.headers(PER_HOUR - this.times.length) };
    }
    const until = hourIsFull
      ? (this.times[0] ?? now) + HOUR_MS
      : (lastMinute[0] ?? now) + MINUTE_MS;
    const retryAfter = String(Math.max(1, Math.ceil((until - now) / 1000)));
    return { allowed: false, headers: { ...this.headers(0), "retry-after": retryAfter } };
  }

  private headers(remaining: number): Record<string, string> {
    const oldest = this.times[0] ?? this.clock.now().getTime();
    return {
      "ratelimit-limit": String(PER_HOUR),
      "ratelimit-remaining": String(remaining),
      "ratelimit-reset": String(Math.floor((oldest + HOUR_MS) / 1000)),
    };
  }
}
