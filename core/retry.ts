import { setTimeout as wait } from "node:timers/promises";

const ATTEMPTS = 4;
const FIRST_BACKOFF_MS = 500;
/** A longer wait is not sat out: it is better told. */
const LONGEST_WAIT_MS = 65_000;

/** Time, and whom to tell that it passes. */
export interface RetryContext {
  readonly now: () => Date;
  /** @throws AbortError when the command is interrupted meanwhile */
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly say: (line: string) => void;
}

export interface RetryOptions extends Partial<RetryContext> {
  /** Ends requests and waiting; what was asked for fails with its reason. */
  readonly signal?: AbortSignal;
}

/** Faults that may pass by themselves. */
export interface TransientFault {
  /** In words: `DigitalOcean answers 503`. */
  readonly what: string;
  readonly delayMs: number;
}

/** The machine's own time, and nobody to tell, as far as nothing else is said. */
export function retryContext({ signal, now, sleep, say }: RetryOptions): RetryContext {
  return {
    now: now ?? (() => new Date()),
    sleep: sleep ?? ((milliseconds) => wait(milliseconds, undefined, { signal })),
    say: say ?? (() => {}),
  };
}

/**
 * Tries up to four times, for as long as the trouble is one that passes.
 *
 * @param troubleOf - says of an error how long to wait before the next try; undefined when that would not help
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

/** 0.5, 1, 2 s and less, so that those who were refused at once do not come again at once. */
export function backoffMs(attempt: number): number {
  return FIRST_BACKOFF_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1).replace(/\.0$/, "")} s`;
}
