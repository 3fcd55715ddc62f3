import type { IncomingMessage } from "node:http";
import { Agent, type RequestOptions, request } from "node:https";
import { createInterface } from "node:readline";
import type { KubernetesObject } from "./objects";

/** An error answer of the API server. */
export class KubernetesError extends Error {
  public override readonly name: string = "ApiError";

  public constructor(
    message: string,
    /** HTTP status. */
    public readonly status: number,
    /** Kubernetes' machine-readable reason, e.g. `AlreadyExists`. */
    public readonly reason: string,
  ) {
    super(message);
  }
}

/** @see https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply */
export type PatchType = "merge" | "json" | "apply";

const CONTENT_TYPES: Readonly<Record<PatchType, string>> = {
  merge: "application/merge-patch+json",
  json: "application/json-patch+json",
  apply: "application/apply-patch+yaml",
};

export interface ObjectList<T> {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly T[];
}

export interface WatchEvent<T> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: T;
}

/** A request without an answer after this time fails, in milliseconds. Watches have their own limit. */
const REQUEST_TIMEOUT_MS = 15_000;

/** A small client of one cluster's API. Paths are those of the API, e.g. `/api/v1/nodes`. */
export class ApiClient {
  private readonly agent: Agent;
  private readonly url: URL;

  public constructor(
    endpoint: string,
    /** PEM of the certificates to trust. */
    ca: string,
    private readonly token: string,
  ) {
    this.url = new URL(endpoint);
    this.agent = new Agent({ ca, keepAlive: true });
  }

  /** @throws {KubernetesError} */
  public get<T>(path: string): Promise<T> {
    return this.call<T>("GET", path);
  }

  /** Like {@link get}, but returns undefined for a missing object. */
  public async find<T>(path: string): Promise<T | undefined> {
    return this.get<T>(path).catch(ignore<T>(404));
  }

  /** @throws {KubernetesError} e.g. with status 409 if it exists already. */
  public create<T>(path: string, object: object): Promise<T> {
    return this.call<T>("POST", path, object, "application/json");
  }

  /** Creates an object unless one with its name exists. */
  public async createIfAbsent(path: string, object: object): Promise<void> {
    await this.create(path, object).catch(ignore(409));
  }

  public patch<T>(path: string, patch: object, type: PatchType = "merge"): Promise<T> {
    return this.call<T>("PATCH", path, patch, CONTENT_TYPES[type]);
  }

  /** Deletes an object; does nothing if it does not exist. */
  public async delete(
    path: string,
    options: { readonly gracePeriodSeconds?: number } = {},
  ): Promise<void> {
    await this.call("DELETE", path, options, "application/json").catch(ignore(404));
  }

  /** Returns the response's status, for probes. Rejects if no server listens. */
  public async status(path: string): Promise<number> {
    const response = await this.send("GET", path, undefined, {});
    response.resume();
    return response.statusCode ?? 0;
  }

  /** Yields the changes of a collection until the server or the signal ends the watch. */
  public async watch<T extends KubernetesObject>(
    path: string,
    resourceVersion: string,
    signal: AbortSignal,
    onEvent: (event: WatchEvent<T>) => void,
  ): Promise<void> {
    const query = `watch=true&allowWatchBookmarks=true&resourceVersion=${resourceVersion}`;
    const response = await this.send(
      "GET",
      `${path}?${query}`,
      undefined,
      {},
      { signal, timeout: 0 },
    );
    if (response.statusCode !== 200) {
      throw await errorOf(response);
    }
    for await (const line of createInterface({ input: response })) {
      onEvent(JSON.parse(line) as WatchEvent<T>);
    }
  }

  /** Drops all connections. */
  public close(): void {
    this.agent.destroy();
  }

  private async call<T>(
    method: string,
    path: string,
    body?: object,
    contentType?: string,
  ): Promise<T> {
    const text = body && JSON.stringify(body);
    const headers = {
      ...(contentType && { "content-type": contentType }),
      // Node omits it in a DELETE, and the server would then read the body as the next request.
      ...(text && { "content-length": String(Buffer.byteLength(text)) }),
    };
    const response = await this.send(method, path, text, headers);
    if ((response.statusCode ?? 500) >= 300) {
      throw await errorOf(response);
    }
    return JSON.parse(await textOf(response)) as T;
  }

  private send(
    method: string,
    path: string,
    body: string | undefined,
    headers: Record<string, string>,
    extra: RequestOptions = { timeout: REQUEST_TIMEOUT_MS },
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          ...extra,
          host: this.url.hostname,
          port: this.url.port,
          method,
          path,
          agent: this.agent,
          headers: {
            ...headers,
            accept: "application/json",
            authorization: `Bearer ${this.token}`,
          },
        },
        resolve,
      );
      outgoing.once("timeout", () => {
        outgoing.destroy(
          new Error(`${method} ${path} had no answer in ${REQUEST_TIMEOUT_MS / 1000} s`),
        );
      });
      outgoing.once("error", reject);
      outgoing.end(body);
    });
  }
}

/** A rejection handler that turns one HTTP status into undefined. */
function ignore<T>(status: number): (error: unknown) => T | undefined {
  return (error) => {
    if (error instanceof KubernetesError && error.status === status) {
      return undefined;
    }
    throw error;
  };
}

async function errorOf(response: IncomingMessage): Promise<KubernetesError> {
  const status = response.statusCode ?? 0;
  const text = await textOf(response);
  try {
    const body = JSON.parse(text) as { message?: string; reason?: string };
    return new KubernetesError(body.message ?? text, status, body.reason ?? "");
  } catch {
    // Not every error answer is a Status object: a server that is starting answers in plain text.
    return new KubernetesError(text.trim() || `HTTP status ${status}`, status, "");
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}
