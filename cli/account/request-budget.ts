/** DigitalOcean's limits for a token. @see https://docs.digitalocean.com/reference/api/digitalocean/#section/Introduction/Rate-Limit */
export const RATE_LIMITS = [
  { requests: 250, windowMs: 60_000, window: "a minute" },
  { requests: 5_000, windowMs: 3_600_000, window: "an hour" },
] as const;

/** A request is counted when it arrives, which is later than it is sent, and not equally late each time. */
const MARGIN_MS = 1_000;

/** Spreads the requests of this process so that DigitalOcean need not refuse any of them for their number. */
export class RequestBudget {
  /** When requests were or will be sent, in milliseconds, oldest first; as many as the largest limit looks back. */
  private readonly sent: number[] = [];

  /** Counts one more request. @returns how long it has to wait, in milliseconds */
  public take(now: number): number {
    const earliest = RATE_LIMITS.map(({ requests, windowMs }) => {
      const first = this.sent.at(-requests);
      return first === undefined ? now : first + windowMs + MARGIN_MS;
    });
    const at = Math.max(now, ...earliest);
    this.sent.push(at);
    if (this.sent.length > Math.max(...RATE_LIMITS.map(({ requests }) => requests))) {
      this.sent.shift();
    }
    return at - now;
  }
}
