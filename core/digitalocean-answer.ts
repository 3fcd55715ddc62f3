import { SHARE_LIMITS } from "./request-limit";

const TOKENS_PAGE = "https://cloud.digitalocean.com/account/api/tokens";
const API_REFERENCE = "https://docs.digitalocean.com/reference/api/digitalocean/";
export const STATUS_PAGE = "https://status.digitalocean.com";

/** An unexpected answer. */
export interface UnwantedAnswer {
  /** Method and path, e.g. `GET /v2/account`. */
  readonly request: string;
  readonly status: number;
  readonly statusText: string;
  /** Parsed if it is JSON. */
  readonly body: unknown;
  /** @param name - in lower case */
  readonly header: (name: string) => string | undefined;
}

/** The error body of DigitalOcean. @see https://docs.digitalocean.com/reference/api/digitalocean/#section/Introduction/HTTP-Statuses */
interface ErrorBody {
  readonly message: string | undefined;
  readonly request_id: string | undefined;
}

/**
 * Describes an answer, with a fix.
 *
 * @param scope - the token scope for the request, if known
 */
export function describeAnswer(
  { request, status, statusText, body, header }: UnwantedAnswer,
  scope: string | undefined,
  now: Date,
): { readonly message: string; readonly fix: string } {
  const { message = statusText, request_id } = errorBodyOf(body);
  const requestId = request_id ?? header("x-request-id");
  const identified = requestId === undefined ? "" : ` (request ${requestId})`;
  if (header("content-type")?.startsWith("text/html")) {
    return {
      message: `a page (text/html) answered ${request} with ${status}: ${message}${identified}`,
      fix: `check DIGITALOCEAN_API_URL, and whether a proxy answers in DigitalOcean's place; DigitalOcean's own state: ${STATUS_PAGE}`,
    };
  }
  return {
    message: `DigitalOcean answered ${request} with ${status}: ${message}${identified}`,
    fix: fixOf(status, scope, limitReset(status, header, now)),
  };
}

function fixOf(status: number, scope: string | undefined, reset: Date | undefined): string {
  switch (status) {
    case 401:
      return `set DIGITALOCEAN_TOKEN to a token that is neither expired nor deleted: ${TOKENS_PAGE}`;
    case 403:
      return `set DIGITALOCEAN_TOKEN to a token with ${scope === undefined ? "more scopes" : `the scope ${scope}`}: ${TOKENS_PAGE}`;
    case 404:
      return "check whether it still exists, and whether DIGITALOCEAN_TOKEN is a token for its account";
    case 422:
      return `change the setting that DigitalOcean refuses; the request is described at ${API_REFERENCE}`;
    case 429:
      return `${reset === undefined ? "wait a minute" : `wait until ${reset.toISOString().slice(11, 19)} UTC`}, ${SHARE_LIMITS}`;
    default:
      return status >= 500
        ? `try again, or see ${STATUS_PAGE}`
        : `fix what the message reports; the request is described at ${API_REFERENCE}`;
  }
}

/** Whether the same request may succeed later. A 501 is permanent. */
export function isPassing(status: number): boolean {
  return status === 429 || (status >= 500 && status !== 501);
}

/**
 * The header `retry-after`, which DigitalOcean sends in seconds, in milliseconds.
 *
 * @see https://docs.digitalocean.com/notes/2023/api-rate-limit
 */
export function retryAfterMs(header: string | undefined): number | undefined {
  return header !== undefined && /^\d+$/.test(header) ? Number(header) * 1000 : undefined;
}

/**
 * The reset time of the limit that refused a request. `retry-after` refers to the limit that was hit;
 * `ratelimit-reset`, which is always present, to the hourly one.
 *
 * @returns undefined when no limit refused the request, or the answer has no reset time
 */
export function limitReset(
  status: number,
  header: UnwantedAnswer["header"],
  now: Date,
): Date | undefined {
  if (status !== 429) {
    return undefined;
  }
  const retryAfter = retryAfterMs(header("retry-after"));
  if (retryAfter !== undefined) {
    return new Date(now.getTime() + retryAfter);
  }
  const isHourUsedUp = Number(header("ratelimit-remaining") ?? 0) === 0;
  const reset = Number(header("ratelimit-reset"));
  return isHourUsedUp && reset > 0 ? new Date(reset * 1000) : undefined;
}

function errorBodyOf(data: unknown): ErrorBody {
  const { message, request_id } = (typeof data === "object" && data !== null ? data : {}) as Record<
    keyof ErrorBody,
    unknown
  >;
  return { message: textOf(message), request_id: textOf(request_id) };
}

/** @returns undefined also for an empty text */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
