import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { CloudPort } from "../account/cloud-port";

/** @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#webhook-token-authentication */
interface TokenReview {
  readonly spec: { readonly token: string };
}

/** Webhook for the API servers that returns a token's user from the account. Listens on loopback. */
export class TokenReviewServer {
  private readonly clusters = new Map<string, string>();
  private readonly server: Server;

  private constructor(cloud: Pick<CloudPort, "authenticate">) {
    this.server = createServer((request, response) => {
      this.answer(cloud, request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
    });
  }

  public static async start(cloud: Pick<CloudPort, "authenticate">): Promise<TokenReviewServer> {
    const review = new TokenReviewServer(cloud);
    review.server.listen({ host: "127.0.0.1", port: 0 });
    await once(review.server, "listening");
    return review;
  }

  /** URL for the API server of a control plane. */
  public urlFor(controlPlaneId: string): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/${controlPlaneId}`;
  }

  /** Admits the users of a cluster to a control plane. Until then it rejects every token. */
  public assign(controlPlaneId: string, clusterId: string): void {
    this.clusters.set(controlPlaneId, clusterId);
  }

  public async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, "close");
  }

  private async answer(
    cloud: Pick<CloudPort, "authenticate">,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
    }
    const review = JSON.parse(Buffer.concat(chunks).toString("utf8")) as TokenReview;
    const controlPlaneId = new URL(request.url ?? "/", "http://localhost").pathname.slice(1);
    const clusterId = this.clusters.get(controlPlaneId);
    const user = clusterId && cloud.authenticate(clusterId, review.spec.token);
    response.writeHead(200, { "content-type": "application/json" }).end(
      JSON.stringify({
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenReview",
        status: user ? { authenticated: true, user } : { authenticated: false },
      }),
    );
  }
}
