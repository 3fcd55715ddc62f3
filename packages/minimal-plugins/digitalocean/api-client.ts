/** A client of the DigitalOcean API like godo: with the same retries and the same error texts. */
import { setTimeout } from "node:timers/promises";
import { isPropertyMap, type PropertyMap } from "../protocol/properties";
import type { Configuration } from "./configuration";
import { objectOf, objectsOf, stringOf } from "./values";
import type { Wait } from "./wait";

/** An answer other than 2xx. */
export class DigitalOceanError extends Error {
  public override readonly name = "ApiError";

  public constructor(
    message: string,
    public readonly status: number,
  ) {
    super(message);
  }
}

type Method = "GET" | "POST" | "PUT" | "DELETE";

/** Maximum size of a page of a list. */
const PAGE_SIZE = 200;

export class ApiClient {
  private nextRequestAt = 0;

  public constructor(
    private readonly configuration: Configuration,
    private readonly wait: Wait,
    private readonly userAgent: string,
  ) {}

  /**
   * The answer's JSON object; an empty one when the answer has no body. Like godo, it does not read the answer to a DELETE.
   *
   * @throws {Error} when a successful answer is not a JSON object: a proxy's page is not DigitalOcean's
   */
  public async request(method: Method, path: string, body?: PropertyMap): Promise<PropertyMap> {
    const url = new URL(path, this.configuration.endpoint);
    for (let attempt = 1; ; attempt++) {
      const response = await this.attempt(method, url, body, attempt);
      if (response === undefined) {
        continue;
      }
      const text = await response.text();
      const answer = parseObject(text);
      if (response.ok) {
        if (answer === undefined && text !== "" && method !== "DELETE") {
          throw new Error(`invalid character '${text[0]}' looking for beginning of value`);
        }
        return answer ?? {};
      }
      throw new DigitalOceanError(
        describe(method, url, response, answer ?? {}, attempt),
        response.status,
      );
    }
  }

  /** All objects of a list, page by page. */
  public async list(path: string, key: string): Promise<PropertyMap[]> {
    const found: PropertyMap[] = [];
    for (let page = 1; ; page++) {
      const answer = await this.request("GET", `${path}?page=${page}&per_page=${PAGE_SIZE}`);
      found.push(...objectsOf(answer, key));
      if (stringOf(objectOf(objectOf(answer, "links"), "pages"), "next") === "") {
        return found;
      }
    }
  }

  /** @returns undefined when the request must be repeated now, after the wait. */
  private async attempt(
    method: Method,
    url: URL,
    body: PropertyMap | undefined,
    attempt: number,
  ): Promise<Response | undefined> {
    await this.untilAllowed();
    const isLast = attempt > this.configuration.retryMax;
    let response: Response;
    try {
      response = await fetch(url, {
        method,
        headers: {
          authorization: `Bearer ${this.configuration.token}`,
          "user-agent": this.userAgent,
          accept: "application/json",
          ...(body && { "content-type": "application/json" }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
    } catch (cause) {
      if (isLast) {
        throw new Error(
          `${method} ${url.href}: giving up after ${attempt} attempt(s): ${reasonOf(cause)}`,
          {
            cause,
          },
        );
      }
      await this.wait(this.backoff(attempt));
      return undefined;
    }
    if (isLast || !isWorthRepeating(response.status)) {
      return response;
    }
    await response.body?.cancel();
    await this.wait(retryAfter(response) ?? this.backoff(attempt));
    return undefined;
  }

  /** Respects the limit of requests a second, if one is set. */
  private async untilAllowed(): Promise<void> {
    const { requestsPerSecond } = this.configuration;
    if (requestsPerSecond === 0) {
      return;
    }
    const now = Date.now();
    const at = Math.max(now, this.nextRequestAt);
    this.nextRequestAt = at + 1000 / requestsPerSecond;
    await setTimeout(at - now);
  }

  /** Milliseconds before the next attempt. */
  private backoff(attempt: number): number {
    const { retryWaitMin, retryWaitMax } = this.configuration;
    return Math.min(retryWaitMin * 2 ** (attempt - 1), retryWaitMax) * 1000;
  }
}

/** @see https://github.com/hashicorp/go-retryablehttp: the policy godo uses. */
function isWorthRepeating(status: number): boolean {
  return status === 429 || (status >= 500 && status !== 501);
}

/** Milliseconds of the API's `retry-after`, which responses 429 and 503 contain in seconds. */
function retryAfter(response: Response): number | undefined {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  const counts = response.status === 429 || response.status === 503;
  return counts && Number.isFinite(seconds) ? seconds * 1000 : undefined;
}

/** @returns undefined for a text that is not a JSON object */
function parseObject(text: string): PropertyMap | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isPropertyMap(value as PropertyMap) ? (value as PropertyMap) : undefined;
  } catch {
    return undefined;
  }
}

function describe(
  method: Method,
  url: URL,
  response: Response,
  answer: PropertyMap,
  attempts: number,
): string {
  const requestId = stringOf(answer, "request_id") || response.headers.get("x-request-id");
  const request = requestId ? ` (request ${JSON.stringify(requestId)})` : "";
  const attempted = attempts > 1 ? `; giving up after ${attempts} attempt(s)` : "";
  return `${method} ${url.href}: ${response.status}${request} ${stringOf(answer, "message")}${attempted}`;
}

/** `fetch` throws only "fetch failed"; the reason is in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  return error.cause instanceof Error && error.cause.message !== ""
    ? error.cause.message
    : error.message;
}
