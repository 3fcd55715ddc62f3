import type { AxiosError } from "axios";
import { describeAnswer, limitReset, STATUS_PAGE, textOf } from "../../core/digitalocean-answer";
import { UserError } from "../../core/errors";
import { scopeOf } from "./scopes";

/** A failed request to DigitalOcean. Contains only the request's method and path. */
export class DigitalOceanError extends UserError {
  public override readonly name = "DigitalOceanError";
  /** HTTP status; undefined without a response. */
  public readonly status: number | undefined;
  /** For a 429: whether the limit of requests resets later than a command waits. */
  public readonly isLimit: boolean;
  /** For a 403: the scope that the token lacks, if the route determines it. */
  public readonly missingScope: string | undefined;

  public constructor(
    message: string,
    fix: string,
    {
      status,
      isLimit = false,
      missingScope,
    }: {
      readonly status?: number;
      readonly isLimit?: boolean;
      readonly missingScope?: string;
    } = {},
  ) {
    super(message, fix);
    this.status = status;
    this.isLimit = isLimit;
    this.missingScope = missingScope;
  }
}

/** Rejects a proxy's response, which could otherwise look like an empty account. */
export function notDigitalOcean(expected: string): DigitalOceanError {
  return new DigitalOceanError(
    `the response is not from DigitalOcean: expected ${expected}`,
    "check which server answers at DIGITALOCEAN_API_URL or behind the proxy",
  );
}

/**
 * Converts the HTTP client's error. The original is dropped, even as a `cause`, because it contains the request with its
 * token.
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
      `check the network, the proxy (HTTPS_PROXY) and DIGITALOCEAN_API_URL; DigitalOcean's status: ${STATUS_PAGE}`,
    );
  }
  const { status, statusText, data, headers } = response;
  const missingScope = status === 403 ? scopeOf(method, path) : undefined;
  const header = (name: string) => textOf((headers as Record<string, unknown>)[name]);
  const { message: description, fix } = describeAnswer(
    { request: `${method} ${path}`, status, statusText, body: data, header },
    missingScope,
    now,
  );
  const isLimit = limitReset(status, header, now) !== undefined;
  return new DigitalOceanError(description, fix, { status, isLimit, missingScope });
}
