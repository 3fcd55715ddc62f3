import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Authority } from "../../packages/emulator/account/authority";

/** A proxy on this machine and the server behind it. */
export interface Proxied {
  /** URL of the proxy. */
  readonly proxy: string;
  /** The authority of the server behind it, PEM: its file and its content. */
  readonly caFile: string;
  readonly ca: string;
  /** Requested destinations, with the credentials of each request. */
  readonly connects: { readonly target: string; readonly login?: string }[];
}

/**
 * Starts a proxy that leads every CONNECT to one https server, which has these names, and which nobody finds without it.
 *
 * @param port - of another server that it leads to. @default - to one that answers so
 */
export async function withProxy(
  names: readonly string[],
  answer: RequestListener | { readonly port: number },
  use: (proxied: Proxied) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "proxy-"));
  const { leaf, privateKey } = new Authority(folder).issue(names, new Date(Date.now() + 3_600_000));
  const server = createHttpsServer(
    { cert: leaf, key: privateKey },
    typeof answer === "function" ? answer : undefined,
  ).listen(0, "127.0.0.1");
  await once(server, "listening");
  const port = typeof answer === "function" ? (server.address() as AddressInfo).port : answer.port;
  const connects: Proxied["connects"] = [];
  const sockets = new Set<{ destroy: () => unknown }>();
  const proxy = createHttpServer((_, response) => response.writeHead(405).end());
  proxy.on("connect", (request, socket) => {
    const login = request.headers["proxy-authorization"];
    connects.push({ target: request.url ?? "", ...(login && { login }) });
    const upstream = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(upstream).pipe(socket);
    });
    for (const one of [socket, upstream]) {
      sockets.add(one);
      one.on("error", () => undefined);
    }
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const caFile = join(folder, "authority.pem");
  try {
    await use({
      proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      caFile,
      ca: readFileSync(caFile, "utf8"),
      connects,
    });
  } finally {
    for (const one of sockets) {
      one.destroy();
    }
    server.closeAllConnections();
    server.close();
    proxy.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
