import type { AxiosError } from "axios";
import { UserError } from "../../core/errors";
import { scopeOf } from "./scopes";

const TOKENS_PAGE = "https://cloud.digitalocean.com/account/api/tokens";
export const STATUS_PAGE = "https://status.digitalocean.com";
const API_REFERENCE = "https://docs.digitalocean.com/reference/api/digitalocean/";

/** A request that DigitalOcean did not answer as hoped. Holds nothing of the request but method and path. */
export class DigitalOceanError extends UserError {
  public override readonly name = "DigitalOceanError";
  /** HTTP status; undefined when there was no answer. */
  public readonly status: number | undefined;
  /** Of a 403: the scope that the token lacks, as far as the route tells. */
  public readonly missingScope: string | undefined;

  public constructor(
    message: string,
    fix: string,
    { status, missingScope }: { readonly status?: number; readonly missingScope?: string } = {},
  ) {
    super(message, fix);
    this.status = status;
    this.missingScope = missingScope;
  }
}

/** The error body of DigitalOcean. @see https://docs.digitalocean.com/reference/api/digitalocean/#section/Introduction/HTTP-Statuses */
interface ErrorBody {
  readonly message: string | undefined;
  readonly request_id: string | undefined;
}

/**
 * Says what became of a request. The HTTP client's own error must not get any further, not even as a `cause`: it carries
 * the request with its token.
 */
export function apiErrorOf(
  { config, response, message }: AxiosError,
  now: Date,
): DigitalOceanError {
  const method = (config?.method ?? "get").toUpperCase();
  const path = `/v2${config?.url ?? ""}`;
  if (response === undefined) {
    return new DigitalOceanError(
      `DigitalOcean cannot be reached: ${method} ${config?.baseURL ?? ""}${config?.url ?? ""}: ${message}`,
      `look after the network, the proxy (HTTPS_PROXY) and DIGITALOCEAN_API_URL; DigitalOcean's own state: ${STATUS_PAGE}`,
    );
  }
  const { status } = response;
  const header = (name: string) => textOf((response.headers as Record<string, unknown>)[name]);
  const body = bodyOf(response.data);
  const requestId = body.request_id ?? header("x-request-id");
  const said = body.message ?? response.statusText;
  const missingScope = status === 403 ? scopeOf(method, path) : undefined;
  return new DigitalOceanError(
    `DigitalOcean answered ${method} ${path} with ${status}: ${said}${requestId === undefined ? "" : ` (request ${requestId})`}`,
    fixFor(status, missingScope, limitReset(header, now)),
    { status, missingScope },
  );
}

function fixFor(status: number, missingScope: string | undefined, reset: Date | undefined): string {
  if (status === 401) {
    return `set DIGITALOCEAN_TOKEN to a token that is neither expired nor deleted: ${TOKENS_PAGE}`;
  }
  if (status === 403) {
    const scope = missingScope === undefined ? "more scopes" : `the scope ${missingScope}`;
    return `set DIGITALOCEAN_TOKEN to a token with ${scope}: ${TOKENS_PAGE}`;
  }
  if (status === 429) {
    return reset === undefined
      ? "wait a minute: a token has 250 requests a minute and 5,000 an hour"
      : `wait until ${reset.toISOString().slice(11, 19)} UTC: a token has 250 requests a minute and 5,000 an hour`;
  }
  return status >= 500
    ? `try again, or see ${STATUS_PAGE}`
    : `fix what it says; the request is described at ${API_REFERENCE}`;
}

/** `retry-after` is about the limit that was hit; `ratelimit-reset`, always there, is about the hour's. */
function limitReset(header: (name: string) => string | undefined, now: Date): Date | undefined {
  const retryAfter = retryAfterMs(header("retry-after"));
  if (retryAfter !== undefined) {
    return new Date(now.getTime() + retryAfter);
  }
  const reset = Number(header("ratelimit-reset"));
  return reset > 0 ? new Date(reset * 1000) : undefined;
}

/**
 * The header `retry-after`, which DigitalOcean gives in seconds, in milliseconds.
 *
 * @see https://docs.digitalocean.com/notes/2023/api-rate-limit
 */
export function retryAfterMs(header: string | undefined): number | undefined {
  return header !== undefined && /^\d+$/.test(header) ? Number(header) * 1000 : undefined;
}

function bodyOf(data: unknown): ErrorBody {
  const { message, request_id } = (typeof data === "object" && data !== null ? data : {}) as Record<
    keyof ErrorBody,
    unknown
  >;
  return { message: textOf(message), request_id: textOf(request_id) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
