import axios, { type AxiosAdapter, type AxiosResponse } from "axios";
import { isPassing, limitReset, retryAfterMs, textOf } from "../../core/digitalocean-answer";
import { UserError } from "../../core/errors";
import { RequestLimit } from "../../core/request-limit";
import { backoffMs, type RetryContext, type TransientFault, withRetries } from "../../core/retry";
import { DigitalOceanError } from "./digitalocean-error";

/** Methods that may be repeated, because a second request changes nothing. */
const REPEATABLE = ["get", "head", "delete"];

/**
 * Sends requests within DigitalOcean's limits, and waits for a limit's reset: see {@link RequestLimit}. Repeats requests that
 * read or delete up to three times, after a 5xx, no response, or a 429 without a reset time. It waits for `retry-after`, or
 * else up to 0.5, 1 and 2 s.
 */
export function retryingAdapter(send: AxiosAdapter, patience: RetryContext): AxiosAdapter {
  const limit = new RequestLimit(patience);
  const refusedUntil = (error: unknown) => resetOf(error, patience.now());
  const troubleOf = (error: unknown, attempt: number) =>
    refusedUntil(error) === undefined ? passingTrouble(error, attempt) : undefined;
  return async (config) => {
    const repeatable = REPEATABLE.includes((config.method ?? "get").toLowerCase());
    try {
      return await withRetries(
        () => limit.send(() => send(config), refusedUntil),
        repeatable ? troubleOf : () => undefined,
        patience,
      );
    } catch (error) {
      throw error instanceof UserError ? new DigitalOceanError(error.message, error.fix) : error;
    }
  };
}

/** Returns the reset time of the limit that refused a request. */
function resetOf(error: unknown, now: Date): Date | undefined {
  const { response } = axios.isAxiosError(error) ? (error as AxiosFailure) : {};
  return response && limitReset(response.status, headersOf(response), now);
}

function passingTrouble(error: unknown, attempt: number): TransientFault | undefined {
  if (!axios.isAxiosError(error) || axios.isCancel(error)) {
    return undefined;
  }
  const { request, response, message } = error as AxiosFailure;
  const wasSent = request !== undefined;
  if (!wasSent || (response !== undefined && !isPassing(response.status))) {
    return undefined;
  }
  return {
    what:
      response === undefined
        ? `DigitalOcean does not answer (${message})`
        : `DigitalOcean answers ${response.status}`,
    delayMs: (response && retryAfterMs(headersOf(response)("retry-after"))) ?? backoffMs(attempt),
  };
}

function headersOf({ headers }: AxiosResponse): (name: string) => string | undefined {
  return (name) => textOf((headers as Record<string, unknown>)[name]);
}

interface AxiosFailure {
  readonly request?: unknown;
  readonly response?: AxiosResponse;
  readonly message: string;
}
