import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { ApiClient } from "../api/client";
import type { Pod } from "../api/objects";
import type { ClusterFiles } from "../cluster-files";
import { delay } from "../processes/delay";
import { containerLog, isRunning, NoLogError } from "./container-log";
import { selectLog } from "./log-options";

/** Interval of checks on a followed container, in milliseconds. */
const FOLLOW_INTERVAL_MS = 1_000;
const NOTHING_RUNS = "the DigitalOcean emulator runs no containers";

/** Answers the API server's requests to the kubelet of any node: the logs of containers. Listens on loopback. */
export class KubeletServer {
  private readonly stopping = new AbortController();

  private constructor(
    private readonly server: Server,
    private readonly client: ApiClient,
  ) {}

  /**
   * Uses the API server's certificate, because the API server accepts any.
   * @throws Error if the port is taken
   */
  public static async start(client: ApiClient, files: ClusterFiles): Promise<KubeletServer> {
    const server = createServer({
      cert: readFileSync(files.certificateFile),
      key: readFileSync(files.certificateKeyFile),
    });
    const kubelet = new KubeletServer(server, client);
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      kubelet.answer(request, response).catch((error: unknown) => {
        if (response.headersSent) {
          response.destroy();
        } else {
          response.writeHead(500).end(String(error));
        }
      });
    });
    server.listen({ host: "127.0.0.1", port: files.kubeletPort });
    await once(server, "listening");
    return kubelet;
  }

  public async stop(): Promise<void> {
    this.stopping.abort();
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, "close");
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "https://localhost");
    const [, what, namespace = "", pod = "", container = ""] = pathname.split("/");
    if (what !== "containerLogs") {
      response.writeHead(501).end(NOTHING_RUNS);
      return;
    }
    await this.log(
      `/api/v1/namespaces/${namespace}/pods/${pod}`,
      container,
      searchParams,
      response,
    );
  }

  private async log(
    podPath: string,
    container: string,
    query: URLSearchParams,
    response: ServerResponse,
  ): Promise<void> {
    const pod = await this.client.find<Pod>(podPath);
    if (!pod) {
      response.writeHead(404).end("pod does not exist");
      return;
    }
    try {
      const lines = containerLog(pod, container, query.get("previous") === "true");
      response.writeHead(200, { "content-type": "text/plain" }).write(selectLog(lines, query));
    } catch (error) {
      if (!(error instanceof NoLogError)) {
        throw error;
      }
      response.writeHead(400).end(error.message);
      return;
    }
    if (query.get("follow") === "true") {
      await this.untilEnd(podPath, container, response);
    }
    response.end();
  }

  /** Waits until a container stops, or the client disconnects. */
  private async untilEnd(
    podPath: string,
    container: string,
    response: ServerResponse,
  ): Promise<void> {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const signal = AbortSignal.any([gone.signal, this.stopping.signal]);
    while (!signal.aborted) {
      const pod = await this.client.find<Pod>(podPath);
      if (!pod || !isRunning(pod, container)) {
        return;
      }
      await delay(FOLLOW_INTERVAL_MS, signal).catch(() => undefined);
    }
  }
}
