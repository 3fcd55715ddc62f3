import * as pulumi from "@pulumi/pulumi";
import type { AccountAccess } from "../core/account-access";
import {
  describeAnswer,
  isPassing,
  limitReset,
  retryAfterMs,
  STATUS_PAGE,
  textOf,
} from "../core/digitalocean-answer";
import { UserError } from "../core/errors";
import { RequestLimit } from "../core/request-limit";
import { backoffMs, type RetryOptions, retryContext, withRetries } from "../core/retry";
import { orFault } from "./fault";
import { type HttpAnswer, httpGet } from "./http-get";

const TIMEOUT_MS = 30_000;

export interface RequestOptions extends RetryOptions {
  /** Timeout for the whole answer, in milliseconds. @default 30000 */
  readonly timeoutMs?: number;
}

interface Wanted {
  /** For errors: "the account's container registries". */
  readonly what: string;
  /** The token scope that is needed to read it. */
  readonly scope: string;
}

class Failure extends UserError {
  public override readonly name = "Failure";
  /** A description of a temporary failure; undefined for a permanent one. */
  public readonly passing: string | undefined;
  public readonly retryAfterMs: number | undefined;
  /** The reset time of the limit that refused it. */
  public readonly refusedUntil: Date | undefined;

  public constructor(
    { message, fix }: Pick<UserError, "message" | "fix">,
    detail: Partial<Pick<Failure, "passing" | "retryAfterMs" | "refusedUntil">> = {},
  ) {
    super(message, fix);
    this.passing = detail.passing;
    this.retryAfterMs = detail.retryAfterMs;
    this.refusedUntil = detail.refusedUntil;
  }
}

/**
 * Reads from DigitalOcean's API directly, for data that its provider's functions do not return.
 *
 * Waits for the reset of a request limit, see {@link RequestLimit}. Makes up to four attempts without an answer,
 * after a 5xx, or after a 429 without a reset time. It waits as long as `retry-after` says, and fails at once when
 * that is more than 65 s.
 *
 * @throws pulumi.RunError unless the answer is a success
 */
export async function askDigitalOcean<T>(
  access: AccountAccess,
  path: string,
  { what, scope }: Wanted,
  { timeoutMs = TIMEOUT_MS, ...options }: RequestOptions = {},
): Promise<T> {
  const patience = retryContext({ say: (line) => void pulumi.log.warn(line), ...options });
  const limit = new RequestLimit(patience);
  const ask = async () => {
    const answer = await receive(access, path, timeoutMs);
    return contentOf<T>(answer, `GET ${path}`, scope, patience.now());
  };
  const refusedUntil = (error: unknown) =>
    error instanceof Failure ? error.refusedUntil : undefined;
  const work = withRetries(
    () => limit.send(ask, refusedUntil),
    (error, attempt) =>
      error instanceof Failure && error.passing !== undefined
        ? { what: error.passing, delayMs: error.retryAfterMs ?? backoffMs(attempt) }
        : undefined,
    patience,
  ).catch((error: unknown) => {
    throw error instanceof Failure
      ? new UserError(`${what} cannot be read: ${error.message}`, error.fix)
      : error;
  });
  return orFault(work);
}

async function receive(
  { origin, token }: AccountAccess,
  path: string,
  timeoutMs: number,
): Promise<HttpAnswer> {
  try {
    const headers = { authorization: `Bearer ${token}` };
    return await httpGet(`${origin}${path}`, { headers, timeoutMs });
  } catch (error) {
    const reason = (error as Error).message;
    throw new Failure(
      {
        message: `DigitalOcean cannot be reached: GET ${origin}${path}: ${reason}`,
        fix: `check the network, and the variables HTTPS_PROXY and DIGITALOCEAN_API_URL if they are set; DigitalOcean's own state: ${STATUS_PAGE}`,
      },
      { passing: `DigitalOcean does not answer (${reason})` },
    );
  }
}

function contentOf<T>(answer: HttpAnswer, request: string, scope: string, now: Date): T {
  const { status, statusText, headers, text } = answer;
  const ok = status >= 200 && status < 300;
  const body = parse(text);
  const header = (name: string) => textOf(headers[name]);
  if (ok && typeof body === "object" && body !== null) {
    return body as T;
  }
  const unwanted = {
    request,
    status,
    statusText: ok ? "it is not JSON" : statusText,
    body,
    header,
  };
  const refusedUntil = limitReset(status, header, now);
  throw new Failure(
    describeAnswer(unwanted, scope, now),
    refusedUntil === undefined && isPassing(status)
      ? {
          passing: `DigitalOcean answers ${status}`,
          retryAfterMs: retryAfterMs(header("retry-after")),
        }
      : { refusedUntil },
  );
}

/** @returns undefined for a text that is not JSON. Errors do not quote it, because it may contain a secret. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
