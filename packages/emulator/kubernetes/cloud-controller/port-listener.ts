import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { UserError } from "../../errors";

/** The Service that answers a request: ready, not ready, or none. */
export type Answer =
  | { readonly status: 200 | 503; readonly service: string }
  | { readonly status: 404 };

/** A request at a load balancer that waits for its answer. */
export interface ServedRequest {
  /** The host that it names, without a port. */
  readonly host: string;
  readonly path: string;
  /** Answers in a Service's name. Returns the bytes of the answer's body. */
  respond(answer: Answer): number;
}

/** Tells answers of the emulator from those of an application. */
const EMULATOR_HEADER = { "x-emulated-by": "digitalocean-emulator" };

/** One port of a load balancer: an HTTP server on the load balancer's loopback address. */
export class PortListener {
  private readonly server: Server;

  public constructor(onRequest: (request: ServedRequest) => void) {
    this.server = createServer((request, response) => {
      request.resume();
      onRequest({
        host: (request.headers.host ?? "").replace(/:\d+$/, ""),
        path: (request.url ?? "/").replace(/\?.*/, ""),
        respond: (answer) => respond(response, answer),
      });
    });
  }

  /** @throws UserError when the port cannot be had. */
  public async open(ip: string, port: number): Promise<void> {
    this.server.listen({ host: ip, port });
    try {
      await once(this.server, "listening");
    } catch (error) {
      throw cannotListen(ip, port, error as NodeJS.ErrnoException);
    }
  }

  public async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, "close");
  }
}

function respond(response: ServerResponse, answer: Answer): number {
  const body = bodyOf(answer);
  const bytes = Buffer.byteLength(body);
  response
    .writeHead(answer.status, {
      ...EMULATOR_HEADER,
      ...(answer.status === 200 && { "x-emulated-service": answer.service }),
      "content-type": "text/plain; charset=utf-8",
      "content-length": bytes,
    })
    .end(body);
  return bytes;
}

function bodyOf(answer: Answer): string {
  switch (answer.status) {
    case 200:
      return `${answer.service} is ready. The DigitalOcean emulator answers in its place.\n`;
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
