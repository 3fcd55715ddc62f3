import * as http from "node:http";
import * as https from "node:https";
import { throughProxy } from "../bin/proxy";

export interface HttpAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

export interface HttpGetOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** Certificate authority of the server, PEM. @default - Node's own list */
  readonly ca?: Buffer;
  /** Timeout for the whole answer, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Sends a GET request, through a proxy if one is configured: Node's own `fetch` ignores proxies before Node 24.
 *
 * @throws {Error} with the reason in its message
 */
export function httpGet(
  url: string,
  { headers, ca, timeoutMs }: HttpGetOptions,
): Promise<HttpAnswer> {
  const client = url.startsWith("https:") ? https : http;
  return new Promise((resolve, reject) => {
    const request = client.get(url, { headers, ca, ...throughProxy(url) }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", fail);
      response.on("end", () => {
        clearTimeout(timer);
        resolve({
          status: response.statusCode ?? 0,
          statusText: response.statusMessage ?? "",
          headers: response.headers,
          text: Buffer.concat(chunks).toString("utf8"),
        });
      });
    });
    const timer = setTimeout(
      () => request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)),
      timeoutMs,
    );
    // After trying all addresses of a name, Node's error has a code but no message.
    const fail = (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(new Error(error.message || error.code || error.name));
    };
    request.on("error", fail);
  });
}
