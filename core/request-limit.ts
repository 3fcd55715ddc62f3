import { UserError } from "./errors";
import { type RetryContext, seconds } from "./retry";

/** DigitalOcean's limits for a token. @see https://docs.digitalocean.com/reference/api/digitalocean/#section/Introduction/Rate-Limit */
const RATE_LIMITS = [
  { requests: 250, windowMs: 60_000 },
  { requests: 5_000, windowMs: 3_600_000 },
] as const;
const LIMITS_IN_WORDS = "250 requests a minute and 5,000 an hour";
export const SHARE_LIMITS = `or give some commands a token of their own: a token has ${LIMITS_IN_WORDS}`;

/** DigitalOcean counts a request on arrival, which is later than its sending by a varying time. */
const MARGIN_MS = 1_000;
/** The maximum total wait of a request. Commands that share a limit never exhaust it for that long. */
const PATIENCE_MINUTES = 10;
/** Random delay, so that commands refused at the same time do not retry at the same time. */
const SPREAD_MS = 2_000;
const MESSAGE_INTERVAL_MS = 60_000;

/**
 * Keeps this process's requests within DigitalOcean's limits. When other processes have used up the token's limit,
 * delays all requests until DigitalOcean's reset time, each for up to ten minutes.
 */
export class RequestLimit {
  /** When requests were or will be sent, in milliseconds, oldest first; as many as the largest limit counts. */
  private readonly sent: number[] = [];
  /** When DigitalOcean accepts requests again, as far as known. */
  private closedUntil = Number.NEGATIVE_INFINITY;
  private lastMessageAt = Number.NEGATIVE_INFINITY;

  public constructor(private readonly patience: RetryContext) {}

  /**
   * Sends a request, and sends it again whenever DigitalOcean refuses it because of a limit: it has had no effect then.
   *
   * @param refusedUntil - returns the reset time in an error about a limit; undefined for every other error
   * @throws {UserError} when so many requests are queued that its turn would be too late
   * @throws the request's own error, also when its limit resets too late
   */
  public async send<T>(
    request: () => Promise<T>,
    refusedUntil: (error: unknown) => Date | undefined,
  ): Promise<T> {
    const givesUpAt = this.now() + PATIENCE_MINUTES * 60_000;
    for (;;) {
      await this.turn(givesUpAt);
      try {
        return await request();
      } catch (error) {
        const reset = refusedUntil(error);
        const again = reset === undefined ? Infinity : reset.getTime() + Math.random() * SPREAD_MS;
        if (again > givesUpAt) {
          throw error;
        }
        this.closedUntil = Math.max(this.closedUntil, again);
      }
    }
  }

  /** Waits until one more request is allowed, and counts it. */
  private async turn(givesUpAt: number): Promise<void> {
    const now = this.now();
    const earliest = RATE_LIMITS.map(({ requests, windowMs }) => {
      const first = this.sent.at(-requests);
      return first === undefined ? now : first + windowMs + MARGIN_MS;
    });
    const at = Math.max(now, this.closedUntil, ...earliest);
    if (at > givesUpAt) {
      throw new UserError(
        "the requests that DigitalOcean allows this token are used up",
        `try again in ${Math.ceil((at - now) / 60_000)} minutes, ${SHARE_LIMITS}`,
      );
    }
    this.count(at);
    if (at > now) {
      this.announce(at, now);
      await this.patience.sleep(at - now);
    }
  }

  private count(at: number): void {
    this.sent.push(at);
    if (this.sent.length > Math.max(...RATE_LIMITS.map(({ requests }) => requests))) {
      this.sent.shift();
    }
  }

  /** Prints one message for all requests that wait. */
  private announce(at: number, now: number): void {
    if (now - this.lastMessageAt >= MESSAGE_INTERVAL_MS) {
      this.lastMessageAt = now;
      this.patience.say(
        `waiting ${seconds(at - now)}: DigitalOcean allows a token ${LIMITS_IN_WORDS}; gives up after ${PATIENCE_MINUTES} minutes`,
      );
    }
  }

  private now(): number {
    return this.patience.now().getTime();
  }
}
