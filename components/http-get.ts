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
  /** Certificate authority of the server, PEM. @default - those that Node knows */
  readonly ca?: Buffer;
  /** Longest time until the whole answer is there, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Asks a server, through the proxy if there is one for it: Node's own `fetch` knows none before Node 24.
 *
 * @throws {Error} whose message tells why there is no answer
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
    // When all addresses of a name were tried, the error has a code and no message.
    const fail = (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(new Error(error.message || error.code || error.name));
    };
    request.on("error", fail);
  });
}
