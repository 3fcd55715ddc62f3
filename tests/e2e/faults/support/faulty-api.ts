import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A response of the API, with its body as text. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Changes a response on its way from the account.
 *
 * @returns undefined to close the connection without a response
 */
export type Corrupt = (answer: Answer) => Answer | undefined;

/** Headers about one connection, or about the encoding of the body. */
const OF_THE_CONNECTION = ["connection", "keep-alive", "transfer-encoding", "content-encoding"];

/** A proxy between a command and the account that can corrupt responses. */
export class FaultyApi {
  private corrupt: Corrupt | undefined;
  private corrupted = 0;
  private listener: (request: string) => void = () => {};

  private token: string | undefined;

  private constructor(
    private readonly origin: string,
    private readonly server: Server,
  ) {}

  public static async start(origin: string): Promise<FaultyApi> {
    const server = createServer();
    const api = new FaultyApi(origin, server);
    server.on("request", (request, response) => void api.handle(request, response));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return api;
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Sends another token from now on, for which DigitalOcean has not counted requests yet. */
  public useToken(token: string): void {
    this.token = token;
  }

  /** The number of responses that were corrupted since {@link restore}. */
  public get count(): number {
    return this.corrupted;
  }

  /** Corrupts all responses from now on. */
  public break(corrupt: Corrupt): void {
    this.corrupt = corrupt;
  }

  /** Calls back for each request, as "GET /v2/volumes", when the account has handled it and before the client gets the response. */
  public onRequest(listener: (request: string) => void): void {
    this.listener = listener;
  }

  public restore(): void {
    this.corrupt = undefined;
    this.corrupted = 0;
    this.listener = () => {};
  }

  public async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { method = "GET", url = "/" } = request;
      const good = await this.ask(method, url, request);
      this.listener(`${method} ${url.replace(/\?.*/, "")}`);
      const answer = this.corrupt === undefined ? good : this.corrupt(good);
      this.corrupted += this.corrupt === undefined ? 0 : 1;
      if (answer === undefined) {
        response.destroy();
      } else {
        response.writeHead(answer.status, answer.headers).end(answer.body);
      }
    } catch {
      // The client was killed, or the account is being closed.
      response.destroy();
    }
  }

  private async ask(method: string, url: string, request: IncomingMessage): Promise<Answer> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
    }
    const { authorization = "", "content-type": type = "application/json" } = request.headers;
    const response = await fetch(this.origin + url, {
      method,
      headers: {
        authorization: this.token === undefined ? authorization : `Bearer ${this.token}`,
        "content-type": type,
        // The account closes idle connections, which would be another fault than the tested one.
        connection: "close",
      },
      ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
    });
    const headers = Object.fromEntries(
      [...response.headers].filter(([name]) => !OF_THE_CONNECTION.includes(name)),
    );
    return { status: response.status, headers, body: await response.text() };
  }
}
