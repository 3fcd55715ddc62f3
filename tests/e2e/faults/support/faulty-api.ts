import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An answer of the API, with its body as text. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * What becomes of the account's answer on the way.
 *
 * @returns undefined when there is none: the connection is closed
 */
export type Spoil = (answer: Answer) => Answer | undefined;

/** Headers that only hold for one connection, or for the body as it was sent. */
const OF_THE_CONNECTION = ["connection", "keep-alive", "transfer-encoding", "content-encoding"];

/** A proxy between a command and the account. It can spoil the answers from a moment on. */
export class FaultyApi {
  private spoil: Spoil | undefined;
  private spoiled = 0;
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

  /** Asks with another token from now on, of which no request has been counted yet. */
  public useToken(token: string): void {
    this.token = token;
  }

  /** Answers that were spoiled since {@link mend}. */
  public get count(): number {
    return this.spoiled;
  }

  /** Spoils all answers from now on. */
  public break(spoil: Spoil): void {
    this.spoil = spoil;
  }

  /** Calls back for each request, as "GET /v2/volumes", when the account has done it and nobody has seen the answer. */
  public onRequest(listener: (request: string) => void): void {
    this.listener = listener;
  }

  public mend(): void {
    this.spoil = undefined;
    this.spoiled = 0;
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
      const answer = this.spoil === undefined ? good : this.spoil(good);
      this.spoiled += this.spoil === undefined ? 0 : 1;
      if (answer === undefined) {
        response.destroy();
      } else {
        response.writeHead(answer.status, answer.headers).end(answer.body);
      }
    } catch {
      // Who has asked was killed, or the account ends.
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
        // The account closes one that is not used: that is not the fault that is meant.
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
