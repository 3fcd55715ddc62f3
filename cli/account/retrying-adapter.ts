import axios, { type AxiosAdapter, type AxiosResponse } from "axios";
import { isPassing, retryAfterMs } from "../../core/digitalocean-answer";
import {
  backoffMs,
  LONGEST_WAIT_MS,
  type RetryContext,
  seconds,
  type TransientFault,
  withRetries,
} from "../../core/retry";
import { DigitalOceanError } from "./digitalocean-error";
import { RATE_LIMITS, RequestBudget } from "./request-budget";

/** Requests that may be sent twice, because the second changes nothing. */
const REPEATABLE = ["get", "head", "delete"];

/**
 * Sends requests within DigitalOcean's limits, and those that read or delete up to four times: when there is no answer, it
 * is a 5xx, or a 429, for as long as `retry-after` says or else 0.5, 1, 2 s and less.
 */
export function retryingAdapter(send: AxiosAdapter, patience: RetryContext): AxiosAdapter {
  const { now, sleep, say } = patience;
  const budget = new RequestBudget();
  const [{ requests, windowMs }] = RATE_LIMITS;
  let toldAt = Number.NEGATIVE_INFINITY;
  const stayWithinBudget = async () => {
    const at = now().getTime();
    const delay = budget.take(at);
    if (delay > LONGEST_WAIT_MS) {
      throw new DigitalOceanError(
        `this command has made as many requests as DigitalOcean allows ${RATE_LIMITS[1].window}`,
        `try again in ${Math.ceil(delay / 60_000)} minutes`,
      );
    }
    if (delay > 0) {
      // Once for all that wait for the same window to open.
      if (at - toldAt >= windowMs) {
        toldAt = at;
        say(`waiting ${seconds(delay)}: DigitalOcean allows ${requests} requests a minute`);
      }
      await sleep(delay);
    }
  };
  return (config) => {
    const repeatable = REPEATABLE.includes((config.method ?? "get").toLowerCase());
    const sendWithinBudget = async () => {
      await stayWithinBudget();
      return send(config);
    };
    return withRetries(sendWithinBudget, repeatable ? troubleOf : () => undefined, patience);
  };
}

function troubleOf(error: unknown, attempt: number): TransientFault | undefined {
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
    delayMs:
      retryAfterMs(response?.headers["retry-after"] as string | undefined) ?? backoffMs(attempt),
  };
}

interface AxiosFailure {
  readonly request?: unknown;
  readonly response?: AxiosResponse;
  readonly message: string;
}
