import { setTimeout as wait } from "node:timers/promises";

const ATTEMPTS = 4;
const FIRST_BACKOFF_MS = 500;
/** A longer wait fails instead, with the reason. */
const LONGEST_WAIT_MS = 65_000;

/** The clock, and the sink for progress messages. */
export interface RetryContext {
  readonly now: () => Date;
  /** @throws AbortError when the command is interrupted meanwhile */
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly say: (line: string) => void;
}

export interface RetryOptions extends Partial<RetryContext> {
  /** Aborts requests and waits. They fail with its reason. */
  readonly signal?: AbortSignal;
}

/** A fault that may be temporary. */
export interface TransientFault {
  /** A description, such as `DigitalOcean answers 503`. */
  readonly what: string;
  readonly delayMs: number;
}

/** The machine's own clock, and no progress messages, unless the options replace them. */
export function retryContext({ signal, now, sleep, say }: RetryOptions): RetryContext {
  return {
    now: now ?? (() => new Date()),
    sleep: sleep ?? ((milliseconds) => wait(milliseconds, undefined, { signal })),
    say: say ?? (() => {}),
  };
}

/**
 * Tries up to four times while the fault is temporary.
 *
 * @param troubleOf - returns the delay before the next attempt, or undefined for a permanent error
 */
export async function withRetries<T>(
  send: () => Promise<T>,
  troubleOf: (error: unknown, attempt: number) => TransientFault | undefined,
  { sleep, say }: RetryContext,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      const trouble = attempt < ATTEMPTS ? troubleOf(error, attempt) : undefined;
      if (trouble === undefined || trouble.delayMs > LONGEST_WAIT_MS) {
        throw error;
      }
      const { what, delayMs } = trouble;
      say(`${what}; trying again in ${seconds(delayMs)} (${attempt + 1} of ${ATTEMPTS})`);
      await sleep(delayMs);
    }
  }
}

/** 0.5, 1, 2 s and less, at random, so that clients refused at the same time do not retry at the same time. */
export function backoffMs(attempt: number): number {
  return FIRST_BACKOFF_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1).replace(/\.0$/, "")} s`;
}
