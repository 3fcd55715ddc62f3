import axios, { type AxiosAdapter, type AxiosResponse } from "axios";
import { ApiError, retryAfterMs } from "./api-error";
import { RATE_LIMITS, RequestBudget } from "./request-budget";

const ATTEMPTS = 4;
/** What may be sent twice: whatever it does it has done the first time. */
const REPEATABLE = ["get", "head", "delete"];
const FIRST_BACKOFF_MS = 500;
/** A longer wait is not sat out: it is better told. The limit of a minute is through by then. */
const LONGEST_WAIT_MS = 65_000;

/** Time, and whom to tell that it passes. */
export interface Patience {
  readonly now: () => Date;
  /** @throws AbortError when the command is interrupted meanwhile */
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly say: (line: string) => void;
}

/**
 * Sends requests within DigitalOcean's limits, and those that read or delete up to four times: when there is no answer, it
 * is a 5xx, or a 429, for as long as `retry-after` says or else 0.5, 1, 2 s and less.
 */
export function reliable(send: AxiosAdapter, { now, sleep, say }: Patience): AxiosAdapter {
  const budget = new RequestBudget();
  const stayWithinBudget = async () => {
    const delay = budget.take(now().getTime());
    if (delay > LONGEST_WAIT_MS) {
      throw new ApiError(
        `this command has made as many requests as DigitalOcean allows ${RATE_LIMITS[1].window}`,
        `try again in ${Math.ceil(delay / 60_000)} minutes`,
      );
    }
    if (delay > 0) {
      say(
        `waiting ${seconds(delay)}: DigitalOcean allows ${RATE_LIMITS[0].requests} requests a minute`,
      );
      await sleep(delay);
    }
  };
  return async (config) => {
    const repeatable = REPEATABLE.includes((config.method ?? "get").toLowerCase());
    for (let attempt = 1; ; attempt++) {
      await stayWithinBudget();
      try {
        return await send(config);
      } catch (error) {
        const delay = repeatable && attempt < ATTEMPTS ? delayAfter(error, attempt) : undefined;
        if (delay === undefined) {
          throw error;
        }
        say(
          `${troubleOf(error)}; trying again in ${seconds(delay)} (${attempt + 1} of ${ATTEMPTS})`,
        );
        await sleep(delay);
      }
    }
  };
}

/** How long to wait before the request is sent again, in milliseconds; undefined if that would not help. */
function delayAfter(error: unknown, attempt: number): number | undefined {
  if (!axios.isAxiosError(error) || axios.isCancel(error)) {
    return undefined;
  }
  const { request, response } = error as { request?: unknown; response?: AxiosResponse };
  const wasSent = request !== undefined;
  if (!wasSent || (response !== undefined && !isPassing(response.status))) {
    return undefined;
  }
  const asked = retryAfterMs(response?.headers["retry-after"] as string | undefined);
  const delay = asked ?? FIRST_BACKOFF_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
  return delay > LONGEST_WAIT_MS ? undefined : delay;
}

/** 501 stays what it is. */
function isPassing(status: number): boolean {
  return status === 429 || (status >= 500 && status !== 501);
}

function troubleOf(error: unknown): string {
  const { response, message } = error as { response?: { status: number }; message: string };
  return response === undefined
    ? `DigitalOcean does not answer (${message})`
    : `DigitalOcean answers ${response.status}`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1).replace(/\.0$/, "")} s`;
}
