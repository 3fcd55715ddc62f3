import type { z } from "zod";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** An authorized request. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** `http://127.0.0.1:<port>`, for links to other pages. */
  readonly origin: string;
  /** The values of `{name}` in the route's path. */
  param(name: string): string;
  /** The body, checked. @throws ApiError 400 if it is not JSON, 422 if it does not fit */
  body<T>(schema: z.ZodType<T>): T;
}

export interface ApiResponse {
  readonly status: number;
  /** Sent as JSON, with names in snake_case; text is sent unchanged. Absent: no content. */
  readonly body?: unknown;
  /** @default "application/json; charset=utf-8" */
  readonly contentType?: string;
}

export interface Route {
  readonly method: Method;
  /** As in the OpenAPI description, e.g. `/v2/droplets/{droplet_id}`. */
  readonly path: string;
  readonly handle: (request: ApiRequest) => ApiResponse;
}

export function route(method: Method, path: string, handle: Route["handle"]): Route {
  return { method, path, handle };
}

export const ok = (body: unknown): ApiResponse => ({ status: 200, body });
export const created = (body: unknown): ApiResponse => ({ status: 201, body });
export const accepted = (body?: unknown): ApiResponse => ({ status: 202, body });
export const noContent = (): ApiResponse => ({ status: 204 });

export interface Match {
  readonly route: Route;
  readonly params: ReadonlyMap<string, string>;
}

/** Finds the route of a request. Of two matches, the one with the earlier fixed part wins. */
export class Router {
  private readonly routes: readonly { readonly route: Route; readonly segments: string[] }[];

  public constructor(routes: readonly Route[]) {
    this.routes = routes
      .map((one) => ({ route: one, segments: one.path.split("/") }))
      .sort((a, b) => (specificity(a.segments) < specificity(b.segments) ? -1 : 1));
  }

  public find(method: string, path: string): Match | undefined {
    const parts = path.replace(/(.)\/$/, "$1").split("/");
    for (const { route: candidate, segments } of this.routes) {
      const params = candidate.method === method ? match(segments, parts) : undefined;
      if (params) {
        return { route: candidate, params };
      }
    }
    return undefined;
  }
}

function match(segments: readonly string[], parts: readonly string[]) {
  if (segments.length !== parts.length) {
    return undefined;
  }
  const params = new Map<string, string>();
  for (const [index, segment] of segments.entries()) {
    const part = parts[index] ?? "";
    const name = /^\{(.+)\}$/.exec(segment)?.[1];
    if (name === undefined ? part !== segment : part === "") {
      return undefined;
    }
    if (name !== undefined) {
      params.set(name, decode(part));
    }
  }
  return params;
}

/** Sorts fixed parts before parameters, from the left. */
function specificity(segments: readonly string[]): string {
  return segments.map((segment) => (segment.startsWith("{") ? "1" : "0")).join("");
}

/** A repository's name may contain encoded slashes. A part that cannot be decoded stays as it is and is not found. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
