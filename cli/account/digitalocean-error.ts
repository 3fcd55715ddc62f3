import type { AxiosError } from "axios";
import { describeAnswer, limitReset, STATUS_PAGE, textOf } from "../../core/digitalocean-answer";
import { UserError } from "../../core/errors";
import { scopeOf } from "./scopes";

/** A request that DigitalOcean did not answer as hoped. Holds nothing of the request but method and path. */
export class DigitalOceanError extends UserError {
  public override readonly name = "DigitalOceanError";
  /** HTTP status; undefined when there was no answer. */
  public readonly status: number | undefined;
  /** Of a 429: whether a limit of requests is used up, which resets later than a command waits. */
  public readonly isLimit: boolean;
  /** Of a 403: the scope that the token lacks, as far as the route tells. */
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

/** A proxy that answers in DigitalOcean's place must not look like an account without anything in it. */
export function notDigitalOcean(expected: string): DigitalOceanError {
  return new DigitalOceanError(
    `the response is not from DigitalOcean: expected ${expected}`,
    "check which server answers at DIGITALOCEAN_API_URL or behind the proxy",
  );
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
