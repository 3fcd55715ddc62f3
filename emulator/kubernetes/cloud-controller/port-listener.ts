import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { UserError } from "../../../lib/errors";

/** A request at a load balancer that waits for its answer. */
export interface ServedRequest {
  /** Answers in the Service's name if it is healthy, or with 503. Returns the bytes of the answer's body. */
  respond(service: string, healthy: boolean): number;
}

/** Tells answers of the emulator from those of an application. */
const EMULATOR_HEADER = { "x-emulated-by": "digitalocean-emulator" };

/** One port of a load balancer: an HTTP server on the load balancer's loopback address. */
export class PortListener {
  private readonly server: Server;

  public constructor(onRequest: (request: ServedRequest) => void) {
    this.server = createServer((request, response) => {
      request.resume();
      onRequest({ respond: (service, healthy) => respond(response, service, healthy) });
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

function respond(response: ServerResponse, service: string, healthy: boolean): number {
  const body = healthy
    ? `${service} is ready. The DigitalOcean emulator answers in its place.\n`
    : "503 Service Unavailable: no server is available to handle this request.\n";
  const bytes = Buffer.byteLength(body);
  response
    .writeHead(healthy ? 200 : 503, {
      ...EMULATOR_HEADER,
      ...(healthy && { "x-emulated-service": service }),
      "content-type": "text/plain; charset=utf-8",
      "content-length": bytes,
    })
    .end(body);
  return bytes;
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
