import { once } from "node:events";
import {
  createServer as createHttpServer,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer, type Server as HttpsServer } from "node:https";
import { createServer, type Socket } from "node:net";
import { UserError } from "../../errors";

/** State of the Service that answers a request: ready, not ready, or no Service. */
export type Answer = (
  | { readonly status: 200 | 503; readonly service: string }
  | { readonly status: 404 }
  | { readonly status: 301; readonly location: string }
) & {
  /** Response headers that a route sets instead of the Service's. */
  readonly headers?: Readonly<Record<string, string>>;
};

/** A request to a load balancer that is not answered yet. */
export interface ServedRequest {
  /** Requested host, without a port. */
  readonly host: string;
  readonly path: string;
  /** The path with the query. */
  readonly target: string;
  readonly isEncrypted: boolean;
  /** Answers as the given Service. Returns the number of bytes in the body. */
  respond(answer: Answer): number;
}

/** Distinguishes the emulator's responses from an application's. */
const EMULATOR_HEADER = { "x-emulated-by": "digitalocean-emulator" };

/** Protocol of a load balancer's port. `tcp` accepts encrypted and plain connections. */
export type Protocol = "tcp" | "http" | "https";

/** PEM, for encrypted connections. */
export interface Certificate {
  readonly cert: Buffer | string;
  readonly key: Buffer | string;
}

/** First byte of a TLS connection. @see https://datatracker.ietf.org/doc/html/rfc8446#section-5.1 */
const TLS_HANDSHAKE = 0x16;

/** One port of a load balancer, on the load balancer's loopback address. */
export class PortListener {
  private readonly listener = createServer((socket) => this.accept(socket));
  private readonly http: Server;
  private readonly https: HttpsServer;
  private served: Certificate | undefined;
  private readonly sockets = new Set<Socket>();

  /**
   * @param certificate - asked for every connection, because it may have been renewed. Without one, no encrypted connection
   *   is taken.
   * @param admits - whether a client with an address may connect
   */
  public constructor(
    private readonly protocol: Protocol,
    private readonly certificate: () => Certificate | undefined,
    private readonly admits: (address: string) => boolean,
    onRequest: (request: ServedRequest) => void,
  ) {
    const answer =
      (isEncrypted: boolean): RequestListener =>
      (request, response) => {
        request.resume();
        const target = request.url ?? "/";
        onRequest({
          host: (request.headers.host ?? "").replace(/:\d+$/, ""),
          path: target.replace(/\?.*/, ""),
          target,
          isEncrypted,
          respond: (answered) => respond(response, answered),
        });
      };
    this.http = createHttpServer(answer(false));
    this.https = createHttpsServer({}, answer(true));
  }

  /** @throws UserError when the port is not available. */
  public async open(ip: string, port: number): Promise<void> {
    this.listener.listen({ host: ip, port });
    try {
      await once(this.listener, "listening");
    } catch (error) {
      throw cannotListen(ip, port, error as NodeJS.ErrnoException);
    }
  }

  public async close(): Promise<void> {
    this.listener.close();
    for (const socket of this.sockets) {
      socket.destroy();
    }
    await once(this.listener, "close");
  }

  private accept(socket: Socket): void {
    if (!this.admits(socket.remoteAddress ?? "")) {
      socket.destroy();
      return;
    }
    this.sockets.add(socket);
    // A client that disconnects is not an error of the emulator.
    socket.on("error", () => socket.destroy());
    socket.once("close", () => this.sockets.delete(socket));
    socket.once("data", (first) => {
      const isEncrypted = Buffer.from(first)[0] === TLS_HANDSHAKE;
      const server = isEncrypted ? this.encrypted() : this.http;
      if (server === undefined || this.protocol === (isEncrypted ? "http" : "https")) {
        socket.destroy();
        return;
      }
      socket.pause();
      socket.unshift(first);
      server.emit("connection", socket);
      process.nextTick(() => socket.resume());
    });
  }

  /** Returns the server for TLS connections, with the current certificate. */
  private encrypted(): Server | undefined {
    const certificate = this.certificate();
    if (certificate !== undefined && String(certificate.cert) !== String(this.served?.cert)) {
      this.https.setSecureContext(certificate);
      this.served = certificate;
    }
    return certificate && this.https;
  }
}

function respond(response: ServerResponse, answer: Answer): number {
  const body = bodyOf(answer);
  const bytes = Buffer.byteLength(body);
  response
    .writeHead(answer.status, {
      ...EMULATOR_HEADER,
      ...(answer.status === 200 && { "x-emulated-service": answer.service }),
      ...(answer.status === 301 && { location: answer.location }),
      "content-type": "text/plain; charset=utf-8",
      "content-length": bytes,
      ...answer.headers,
    })
    .end(body);
  return bytes;
}

function bodyOf(answer: Answer): string {
  switch (answer.status) {
    case 200:
      return `${answer.service} is ready. The DigitalOcean emulator answers in its place.\n`;
    case 301:
      return "301 Moved Permanently\n";
    case 404:
      return "404 Not Found: no route is for this host and path.\n";
    case 503:
      return "503 Service Unavailable: no server is available to handle this request.\n";
  }
}

function cannotListen(ip: string, port: number, error: NodeJS.ErrnoException): Error {
  const fixes: Readonly<Record<string, string>> = {
    EACCES: `ports below 1024 need a permission: sudo sysctl net.ipv4.ip_unprivileged_port_start=${port}`,
    EADDRNOTAVAIL: `give this machine the address: sudo ifconfig lo0 alias ${ip}`,
    EADDRINUSE: `end the program that listens on ${ip}:${port}`,
  };
  const code = error.code ?? "";
  const fix = fixes[code];
  return fix
    ? new UserError(`the load balancer cannot listen on ${ip}:${port} (${code})`, fix)
    : error;
}
