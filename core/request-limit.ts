import { UserError } from "./errors";
import { type RetryContext, seconds } from "./retry";

/** DigitalOcean's limits for a token. @see https://docs.digitalocean.com/reference/api/digitalocean/#section/Introduction/Rate-Limit */
const RATE_LIMITS = [
  { requests: 250, windowMs: 60_000 },
  { requests: 5_000, windowMs: 3_600_000 },
] as const;
const LIMITS_IN_WORDS = "250 requests a minute and 5,000 an hour";
export const SHARE_LIMITS = `or give some commands a token of their own: a token has ${LIMITS_IN_WORDS}`;

/** A request is counted when it arrives, which is later than it is sent, and not equally late each time. */
const MARGIN_MS = 1_000;
/** A request waits this long in all. A limit that many commands share is never used up for as long as that. */
const PATIENCE_MINUTES = 10;
/** Commands that were refused together do not come back together. */
const SPREAD_MS = 2_000;
const TOLD_EVERY_MS = 60_000;

/**
 * Keeps the requests of this process within DigitalOcean's limits, and waits when others with the same token have used
 * these up: for as long as DigitalOcean says, all requests together, up to ten minutes each.
 */
export class RequestLimit {
  /** When requests were or will be sent, in milliseconds, oldest first; as many as the largest limit looks back. */
  private readonly sent: number[] = [];
  /** Until when DigitalOcean refuses all requests, as far as it is known. */
  private closedUntil = Number.NEGATIVE_INFINITY;
  private toldAt = Number.NEGATIVE_INFINITY;

  public constructor(private readonly patience: RetryContext) {}

  /**
   * Sends a request, and again each time that DigitalOcean refuses it for a limit: then it has done nothing.
   *
   * @param refusedUntil - when the limit resets that an error tells of; undefined for every other error
   * @throws {UserError} when so many are sent or refused already that its turn comes too late
   * @throws what the request throws, also when its limit resets too late
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
      this.tell(at, now);
      await this.patience.sleep(at - now);
    }
  }

  private count(at: number): void {
    this.sent.push(at);
    if (this.sent.length > Math.max(...RATE_LIMITS.map(({ requests }) => requests))) {
      this.sent.shift();
    }
  }

  /** Once for all requests that wait for the same. */
  private tell(at: number, now: number): void {
    if (now - this.toldAt >= TOLD_EVERY_MS) {
      this.toldAt = now;
      this.patience.say(
        `waiting ${seconds(at - now)}: DigitalOcean allows a token ${LIMITS_IN_WORDS}; gives up after ${PATIENCE_MINUTES} minutes`,
      );
    }
  }

  private now(): number {
    return this.patience.now().getTime();
  }
}
