import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { CloudPort } from "../account/cloud-port";

/** @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#webhook-token-authentication */
interface TokenReview {
  readonly spec: { readonly token: string };
}

/** Answers the API servers' question whom a user's token belongs to, from the account. Listens on loopback. */
export class TokenReviewServer {
  private constructor(private readonly server: Server) {}

  public static async start(cloud: Pick<CloudPort, "authenticate">): Promise<TokenReviewServer> {
    const server = createServer((request, response) => {
      answer(cloud, request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
    });
    server.listen({ host: "127.0.0.1", port: 0 });
    await once(server, "listening");
    return new TokenReviewServer(server);
  }

  /** Where the API server of a cluster asks. */
  public urlFor(clusterId: string): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/${clusterId}`;
  }

  public async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, "close");
  }
}

async function answer(
  cloud: Pick<CloudPort, "authenticate">,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  const review = JSON.parse(Buffer.concat(chunks).toString("utf8")) as TokenReview;
  const clusterId = new URL(request.url ?? "/", "http://localhost").pathname.slice(1);
  const user = cloud.authenticate(clusterId, review.spec.token);
  response.writeHead(200, { "content-type": "application/json" }).end(
    JSON.stringify({
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenReview",
      status: user ? { authenticated: true, user } : { authenticated: false },
    }),
  );
}
