import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import type { Account } from "../account/account";
import {
  ApiError,
  notImplemented,
  serverError,
  tooManyRequests,
  unscoped,
} from "../account/errors";
import { timestamp } from "../account/time";
import { Authentication, type Grant } from "./authentication";
import { FaultRules } from "./fault-rules";
import { RateLimiter } from "./rate-limit";
import { parseBody } from "./request-body";
import { RequestLog } from "./request-log";
import { type ApiRequest, type ApiResponse, type Match, ok, Router } from "./router";
import { accountRoutes } from "./routes";
import { controlRoutes } from "./routes/control";
import { checkScopes } from "./scopes";
import { toWire } from "./wire";

const CONTROL = "/_emulator/";

/**
 * Time until the server closes an idle connection, in milliseconds. Node's 5 s end between two polls of a client, which may
 * then send on a connection that has just been closed.
 */
const KEEP_ALIVE_MS = 75_000;

export interface ApiOptions {
  readonly account: Account;
  /** The account's token with full access. */
  readonly token: string;
  /** Moves the account's clock. */
  readonly advanceClock: (milliseconds: number) => void;
  readonly log: (line: string) => void;
}

/** A request in progress, with the data for the request log. */
interface Exchange {
  readonly method: string;
  readonly url: URL;
  readonly requestId: string;
  readonly headers: Record<string, string>;
  implemented: boolean;
  unknownFields: readonly string[];
}

/** DigitalOcean's API v2 over an emulated account. */
export class ApiServer {
  public readonly http: Server;
  private readonly authentication: Authentication;
  private readonly faults = new FaultRules();
  private readonly requests = new RequestLog();
  /** Rate limits by token. */
  private readonly limiters = new Map<string, RateLimiter>();
  private readonly api: Router;
  private readonly control: Router;
  private ready = false;

  public constructor(private readonly options: ApiOptions) {
    const { account, token, advanceClock } = options;
    const { faults, requests } = this;
    this.authentication = new Authentication(token, account.tokens);
    this.api = new Router(accountRoutes(account));
    this.control = new Router(controlRoutes({ account, faults, requests, advanceClock }));
    this.http = createServer((message, response) => {
      this.serve(message, response).catch((error: unknown) => {
        options.log(`request failed: ${String(error)}`);
        response.destroy();
      });
    });
    this.http.keepAliveTimeout = KEEP_ALIVE_MS;
  }

  /** Reports the emulator as healthy from now on, because the resumed clusters run. */
  public markReady(): void {
    this.ready = true;
  }

  private health(): ApiResponse {
    const { pid } = process;
    return this.ready
      ? ok({ status: "ok", pid })
      : { status: 503, body: { status: "starting", pid } };
  }

  private async serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange: Exchange = {
      method: message.method ?? "GET",
      url: new URL(message.url ?? "/", `http://${message.headers.host ?? "127.0.0.1"}`),
      requestId: randomUUID(),
      headers: {},
      implemented: true,
      unknownFields: [],
    };
    const answer = await this.answer(exchange, message);
    // Saves before the response, because clients rely on its content.
    this.options.account.store.flush();
    this.remember(exchange, answer.status);
    send(response, exchange, answer, this.options.account.clock.now());
  }

  private async answer(exchange: Exchange, message: IncomingMessage): Promise<ApiResponse> {
    try {
      const body = await text(message);
      if (exchange.url.pathname === `${CONTROL}health`) {
        return this.health();
      }
      const grant = this.authentication.grant(message.headers.authorization);
      if (exchange.url.pathname.startsWith(CONTROL)) {
        return this.callControl(exchange, grant, body);
      }
      this.limit(exchange, grant.token);
      return (await this.injectFault(exchange)) ?? this.callApi(exchange, grant, body);
    } catch (error) {
      return this.failure(exchange, error);
    }
  }

  /** @throws ApiError 429 */
  private limit(exchange: Exchange, token: string): void {
    const limiter = this.limiters.get(token) ?? new RateLimiter(this.options.account.clock);
    this.limiters.set(token, limiter);
    const { allowed, headers } = limiter.take();
    Object.assign(exchange.headers, headers);
    if (!allowed) {
      throw tooManyRequests();
    }
  }

  private async injectFault({ method, url, headers }: Exchange): Promise<ApiResponse | undefined> {
    const fault = this.faults.take(method, url.pathname);
    if (!fault) {
      return undefined;
    }
    await delay(fault.delayMs);
    if (fault.status === undefined) {
      return undefined;
    }
    if (fault.body !== undefined) {
      return { status: fault.status, body: fault.body };
    }
    if (fault.status === 429) {
      headers["retry-after"] = "1";
    }
    throw new ApiError(fault.status, "injected_fault", "A fault that was switched on.");
  }

  /** @throws ApiError 403 if the token lacks a scope, 501, and what the route does */
  private callApi(exchange: Exchange, grant: Grant, body: string): ApiResponse {
    const match = this.find(this.api, exchange);
    checkScopes(grant, match.route);
    return dispatch(match, exchange, body);
  }

  /** @throws ApiError 403 without full access, 501, and what the route does */
  private callControl(exchange: Exchange, grant: Grant, body: string): ApiResponse {
    if (grant.scopes) {
      throw unscoped();
    }
    return dispatch(this.find(this.control, exchange), exchange, body);
  }

  /** @throws ApiError 501 */
  private find(router: Router, exchange: Exchange): Match {
    const { method, url } = exchange;
    const match = router.find(method, url.pathname);
    if (!match) {
      exchange.implemented = false;
      throw notImplemented(method, url.pathname);
    }
    return match;
  }

  private failure({ method, url, requestId }: Exchange, error: unknown): ApiResponse {
    if (!(error instanceof ApiError)) {
      const details = error instanceof Error ? error.stack : String(error);
      this.options.log(`${method} ${url.pathname} failed: ${details}`);
    }
    const { status, id, message } = error instanceof ApiError ? error : serverError();
    return { status, body: { id, message, requestId } };
  }

  private remember(exchange: Exchange, status: number): void {
    const { method, url, requestId, implemented, unknownFields } = exchange;
    if (url.pathname.startsWith(CONTROL)) {
      return;
    }
    if (!implemented) {
      this.options.log(`not implemented: ${method} ${url.pathname}`);
    }
    this.requests.add({
      time: timestamp(this.options.account.clock.now()),
      method,
      path: url.pathname,
      query: url.search,
      status,
      requestId,
      implemented,
      unknownFields,
    });
  }
}

/** @throws ApiError */
function dispatch({ route, params }: Match, exchange: Exchange, body: string): ApiResponse {
  const { method, url } = exchange;
  const request: ApiRequest = {
    method,
    path: url.pathname,
    query: url.searchParams,
    origin: url.origin,
    param: (name) => {
      const value = params.get(name);
      if (value === undefined) {
        throw new Error(`route ${route.path} has no parameter "${name}"`);
      }
      return value;
    },
    body: (schema) => {
      const parsed = parseBody(schema, body);
      exchange.unknownFields = parsed.unknownFields;
      return parsed.value;
    },
  };
  return route.handle(request);
}

function send(response: ServerResponse, exchange: Exchange, answer: ApiResponse, now: Date): void {
  const { body, contentType = "application/json; charset=utf-8" } = answer;
  const hasContent = body !== undefined;
  response.writeHead(answer.status, {
    // By the account's clock, which can be moved.
    date: now.toUTCString(),
    "x-request-id": exchange.requestId,
    ...exchange.headers,
    ...(hasContent && { "content-type": contentType }),
  });
  if (hasContent) {
    response.end(typeof body === "string" ? body : JSON.stringify(toWire(body)));
  } else {
    response.end();
  }
}
