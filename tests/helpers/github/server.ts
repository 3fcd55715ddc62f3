import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Permission, Permissions, Reply, Route } from "./route";
import { ACTIVITY } from "./routes/activity";
import { COMMENTS } from "./routes/comments";
import { DEPLOYMENTS } from "./routes/deployments";
import { LABELS } from "./routes/labels";
import { PULLS } from "./routes/pulls";
import { REVIEWS } from "./routes/reviews";
import { STATUSES } from "./routes/statuses";
import { GitHubWorld } from "./world";

const ROUTES: readonly Route[] = [
  ...PULLS,
  ...REVIEWS,
  ...COMMENTS,
  ...ACTIVITY,
  ...DEPLOYMENTS,
  ...STATUSES,
  ...LABELS,
];
const API_PATH = "/api/v3";
const GRAPHQL_PATH = "/api/graphql";
const HOUR_MS = 3_600_000;

export interface GitHubServerOptions {
  /** @default - the machine's */
  readonly now?: () => Date;
  /** Permissions of the only token. @default - what `pull-requests: write` and `contents: read` give */
  readonly permissions?: Permissions;
  /** Requests an hour. @default 5000 */
  readonly limit?: number;
}

/** Faults of the next requests. */
export interface Fault {
  /** Of `METHOD /path?query`. */
  readonly matching: RegExp;
  /** Number of requests with this fault. */
  times: number;
  /** Answer instead. `afterwards`: the server handles the request, but the answer is lost. `hangUp`: it does not handle it. */
  readonly reply: Reply | "hangUp" | "afterwards";
}

/**
 * GitHub's REST API on loopback, as far as its routes are in `routes/`: that of a GitHub Enterprise Server, whose path is
 * `/api/v3`. It is strict: whatever it does not know it answers with 501 and records.
 *
 * Headers of limits: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api; of permissions:
 * https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api.
 */
export class GitHubServer {
  public readonly token = "github_pat_0123456789abcdefghijklmnopqrstuvwxyz";
  public readonly world: GitHubWorld;
  /** All requests, as `METHOD /path?query` without the common prefix. */
  public readonly requests: string[] = [];
  /** Requests without a route. A test with such requests fails. */
  public readonly unknown: string[] = [];
  public readonly faults: Fault[] = [];
  public permissions: Permissions;
  private readonly http: Server;
  private readonly limit: number;
  private hour = -1;
  private used = 0;

  private constructor({ now = () => new Date(), permissions, limit = 5_000 }: GitHubServerOptions) {
    this.world = new GitHubWorld(now);
    this.permissions = permissions ?? { contents: "read", pull_requests: "write" };
    this.limit = limit;
    this.http = createServer((request, response) => {
      this.serve(request, response).catch((error: unknown) => {
        this.unknown.push(String(error));
        response.destroy();
      });
    });
  }

  public static async start(options: GitHubServerOptions = {}): Promise<GitHubServer> {
    const server = new GitHubServer(options);
    await new Promise<void>((resolve) => server.http.listen(0, "127.0.0.1", resolve));
    return server;
  }

  /** Root of the API. */
  public get api(): string {
    return `${this.origin}${API_PATH}`;
  }

  /** Variables that GitHub Actions sets in a job of a repository. */
  public env(repository: string): Record<string, string> {
    return { GITHUB_API_URL: this.api, GITHUB_REPOSITORY: repository, GITHUB_TOKEN: this.token };
  }

  public async close(): Promise<void> {
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  private get origin(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.origin);
    const line = `${request.method} ${url.pathname.replace(API_PATH, "")}${url.search}`;
    this.requests.push(line);
    const body = await text(request);
    this.beginHour();
    const fault = this.faults.find(({ matching, times }) => times > 0 && matching.test(line));
    if (fault) {
      fault.times--;
    }
    const reply =
      typeof fault?.reply === "object" ? fault.reply : this.reply(request, url, body, fault?.reply);
    if (reply === undefined || fault?.reply === "afterwards") {
      request.socket.destroy();
      return;
    }
    const { link } = reply.headers ?? {};
    response.writeHead(reply.status, {
      ...this.limits(),
      "x-github-request-id": `REQ:${this.requests.length}`,
      "content-type": "application/json; charset=utf-8",
      ...reply.headers,
      ...(link ? { link: link.replaceAll("<?", `<${this.origin}${url.pathname}?`) } : {}),
    });
    response.end(typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body));
  }

  private reply(
    request: IncomingMessage,
    url: URL,
    text: string,
    fault: "hangUp" | "afterwards" | undefined,
  ): Reply | undefined {
    if (fault === "hangUp") {
      return undefined;
    }
    const { authorization, "user-agent": agent } = request.headers;
    if (agent === undefined) {
      return refused(403, "Request forbidden by administrative rules. A User-Agent is required.");
    }
    if (authorization !== `token ${this.token}` && authorization !== `Bearer ${this.token}`) {
      return refused(401, "Bad credentials");
    }
    if (this.used >= this.limit) {
      return refused(403, "API rate limit exceeded for user ID 1.");
    }
    this.used++;
    if (`${request.method} ${url.pathname}` === `POST ${GRAPHQL_PATH}`) {
      return this.answerQuery(text);
    }
    const found = find(request.method, url.pathname);
    if (found === undefined) {
      this.unknown.push(`${request.method} ${url.pathname}`);
      return refused(501, "the test's GitHub has no such route");
    }
    const { route, owner, repo, params } = found;
    const repository = this.world.repository(`${owner}/${repo}`);
    if (repository === undefined) {
      return refused(404, "Not Found");
    }
    if (!route.needs.some((need) => this.may(need))) {
      const needed = route.needs.map((need) => need.replace(":", "=")).join("; ");
      return {
        ...refused(403, "Resource not accessible by integration"),
        headers: { "x-accepted-github-permissions": needed },
      };
    }
    const fault422 = faultIn(route, url.searchParams, text);
    if (fault422 !== undefined) {
      this.unknown.push(`${request.method} ${url.pathname}: ${fault422}`);
      return refused(422, fault422);
    }
    return route.handle({
      world: this.world,
      repository,
      params,
      query: url.searchParams,
      body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
      html: this.origin,
    });
  }

  /** GraphQL: only the query that the product sends. @see https://docs.github.com/en/graphql/reference/queries#viewer */
  private answerQuery(text: string): Reply {
    const { query } = JSON.parse(text) as { query: string };
    if (query.replaceAll(/\s+/g, "") !== "{viewer{login}}") {
      this.unknown.push(`the query ${query}`);
      return { status: 200, body: { errors: [{ message: "the test's GitHub does not know it" }] } };
    }
    return { status: 200, body: { data: { viewer: { login: this.world.login } } } };
  }

  private may(need: string): boolean {
    const [name, level] = need.split(":") as [Permission, string];
    if (name === "metadata") {
      return true; // Every token may read metadata.
    }
    const granted = this.permissions[name];
    return granted === level || granted === "write";
  }

  private limits(): Record<string, string> {
    return {
      "x-ratelimit-limit": String(this.limit),
      "x-ratelimit-remaining": String(this.limit - this.used),
      "x-ratelimit-used": String(this.used),
      "x-ratelimit-reset": String(((this.hour + 1) * HOUR_MS) / 1000),
      "x-ratelimit-resource": "core",
    };
  }

  private beginHour(): void {
    const hour = Math.floor(this.world.now().getTime() / HOUR_MS);
    if (hour !== this.hour) {
      this.hour = hour;
      this.used = 0;
    }
  }
}

/** Runs the server during a test. The test fails after a request that GitHub would not accept. */
export async function withGitHub(
  options: GitHubServerOptions,
  use: (server: GitHubServer) => Promise<void>,
): Promise<void> {
  const server = await GitHubServer.start(options);
  try {
    await use(server);
    if (server.unknown.length > 0) {
      throw new Error(`GitHub knows nothing of ${server.unknown.join(", ")}`);
    }
  } finally {
    await server.close();
  }
}

function refused(status: number, message: string): Reply {
  return {
    status,
    body: { message, documentation_url: "https://docs.github.com/rest", status: String(status) },
  };
}

function find(method: string | undefined, pathname: string) {
  const [, owner = "", repo = "", rest = ""] =
    new RegExp(`^${API_PATH}/repos/([^/]+)/([^/]+)(/.*)$`).exec(pathname) ?? [];
  for (const route of ROUTES) {
    const pattern = route.path.replace(/\{(\w+)\}/g, "(?<$1>[^/]+)");
    const match = new RegExp(`^${pattern}$`).exec(rest);
    if (match && route.method === method) {
      const params = Object.entries(match.groups ?? {}).map(([name, value]) => [
        name,
        decodeURIComponent(value),
      ]);
      return { route, owner, repo, params: Object.fromEntries(params) as Record<string, string> };
    }
  }
  return undefined;
}

/** Describes the fields of a body that GitHub's API description does not allow. */
function faultIn(
  { query = [], body = {} }: Route,
  asked: URLSearchParams,
  text: string,
): string | undefined {
  const unknown = [...asked.keys()].find((name) => !query.includes(name));
  if (unknown !== undefined) {
    return `there is no query parameter ${unknown}`;
  }
  const given = text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
  const fields = Object.entries(body).map(([name, type]) => ({
    name: name.replace("?", ""),
    optional: name.endsWith("?"),
    type,
  }));
  const extra = Object.keys(given).find((name) => fields.every((field) => field.name !== name));
  const wrong = fields.find(
    ({ name, optional, type }) =>
      !(optional && given[name] === undefined) &&
      (Array.isArray(given[name]) ? "array" : typeof given[name]) !== type,
  );
  return extra === undefined
    ? wrong && `${wrong.name} has to be a ${wrong.type}`
    : `there is no field ${extra}`;
}
