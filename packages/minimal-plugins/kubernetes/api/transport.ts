/** HTTP to one API server. */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { type CredentialSource, credentialsOf, pem } from "./credentials";
import { KubernetesError } from "./errors";
import type { Connection } from "./kubeconfig";
import { requireLoopback } from "./loopback";

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Query;
  readonly body?: unknown;
  /** @default "application/json" */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

/** Timeout for a silent server. It does not apply to watches. */
const ANSWER_TIMEOUT_MS = 60_000;

export class Transport {
  private readonly base: URL;
  private readonly ca: string | undefined;
  private readonly credentials: CredentialSource;
  private readonly agent: HttpAgent;

  /** @throws {UserError} when the server is not on this machine. */
  public constructor(
    private readonly connection: Connection,
    private readonly timeoutMs: number = ANSWER_TIMEOUT_MS,
  ) {
    requireLoopback(connection.server);
    const { cluster, server } = connection;
    this.base = new URL(server);
    this.ca = pem(cluster["certificate-authority-data"], cluster["certificate-authority"]);
    this.credentials = credentialsOf(connection);
    this.agent =
      this.base.protocol === "https:"
        ? new Agent({ keepAlive: true })
        : new HttpAgent({ keepAlive: true });
  }

  /**
   * The answer's body, parsed.
   *
   * @throws {KubernetesError} when the server refuses.
   * @throws {Error} when it cannot be reached.
   */
  public async send(request: ApiRequest): Promise<unknown> {
    const response = await this.open(request, this.timeoutMs);
    return JSON.parse(await text(response)) as unknown;
  }

  /** Yields the lines of a response until the server or the signal ends it. */
  public async *lines(request: ApiRequest): AsyncGenerator<string> {
    const response = await this.open(request);
    try {
      yield* createInterface({ input: response });
    } finally {
      response.destroy();
    }
  }

  /** Ends all connections. */
  public close(): void {
    this.agent.destroy();
  }

  private async open(request: ApiRequest, timeoutMs?: number): Promise<IncomingMessage> {
    const response = await this.attempt(request, timeoutMs);
    const code = response.statusCode ?? 0;
    if (code === 401) {
      // As in client-go, this request fails, and the next one has a new credential.
      this.credentials.renew();
    }
    if (code >= 400) {
      throw KubernetesError.from(code, await text(response));
    }
    return response;
  }

  private async attempt(request: ApiRequest, timeoutMs?: number): Promise<IncomingMessage> {
    const { authorization, certificate, key } = await this.credentials.current();
    const url = new URL(this.base.pathname.replace(/\/$/, "") + request.path, this.base);
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) {
        url.searchParams.set(name, String(value));
      }
    }
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    return new Promise((resolve, reject) => {
      const client = url.protocol === "https:" ? httpsRequest : httpRequest;
      const outgoing = client(
        url,
        {
          method: request.method,
          agent: this.agent,
          ca: this.ca,
          cert: certificate,
          key,
          servername: this.connection.cluster["tls-server-name"],
          rejectUnauthorized: !this.connection.cluster["insecure-skip-tls-verify"],
          signal: request.signal,
          timeout: timeoutMs,
          headers: {
            accept: "application/json",
            ...(authorization && { authorization }),
            ...(body !== undefined && {
              "content-type": request.contentType ?? "application/json",
              "content-length": Buffer.byteLength(body),
            }),
          },
        },
        resolve,
      );
      outgoing.on("timeout", () => {
        outgoing.destroy(
          new Error(`${url.origin} did not answer within ${(timeoutMs ?? 0) / 1000} s`),
        );
      });
      outgoing.on("error", (cause) => {
        reject(
          new Error(`${request.method} ${url.origin}${url.pathname}: ${cause.message}`, { cause }),
        );
      });
      outgoing.end(body);
    });
  }
}
