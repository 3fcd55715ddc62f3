import type { IncomingMessage, ServerResponse } from "node:http";
import { withServer } from "./local-server";

export interface RegistryOptions {
  /** Digests by `repository:tag`. An image can also be requested by its digest. */
  readonly images: Readonly<Record<string, string>>;
  /** Required authentication. `bearer`: a token from its own token service. @default "none" */
  readonly scheme?: "none" | "basic" | "bearer";
  /** Accepted credentials. @default - all */
  readonly login?: { readonly username: string; readonly password: string };
  /** Address of the token service. @default - its own */
  readonly realm?: string;
}

export interface Registry {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  /** Requests, as `METHOD /path`. */
  readonly requests: () => string[];
}

const SERVICE = "registry.test";
const INDEX = "application/vnd.oci.image.index.v1+json";
/** Contains a comma, like a scope with several actions. */
const actionsOf = (repository: string) => `repository:${repository}:pull,push`;

/** A container registry as far as images can be looked up in it. @see https://github.com/opencontainers/distribution-spec */
export async function withRegistry(
  options: RegistryOptions,
  use: (registry: Registry) => Promise<void>,
): Promise<void> {
  await withServer(
    (request, response) => serve(options, request, response),
    ({ url, requests }) =>
      use({
        host: new URL(url).host,
        requests: () => requests.map(({ method, url: path }) => `${method} ${path}`),
      }),
  );
}

function serve(options: RegistryOptions, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
  if (url.pathname === "/token") {
    giveToken(options, url, request, response);
    return;
  }
  const [, repository = "", reference = ""] =
    /^\/v2\/(.+)\/manifests\/([^/]+)$/.exec(url.pathname) ?? [];
  const challenge = refusal(options, repository, url.origin, request.headers.authorization);
  if (challenge !== undefined) {
    response.writeHead(401, { "www-authenticate": challenge }).end();
    return;
  }
  const digest = Object.entries(options.images).find(
    ([name, its]) =>
      name === `${repository}:${reference}` ||
      (name.startsWith(`${repository}:`) && its === reference),
  )?.[1];
  if (request.method !== "HEAD" || digest === undefined) {
    response.writeHead(404).end();
    return;
  }
  // A client that does not accept an index gets the image of one platform, which has another digest.
  const acceptsIndex = request.headers.accept?.includes(INDEX) ?? false;
  response
    .writeHead(200, { "docker-content-digest": acceptsIndex ? digest : `${digest}-of-amd64` })
    .end();
}

function giveToken(
  { login }: RegistryOptions,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { authorization } = request.headers;
  const isWelcome =
    (login === undefined && authorization === undefined) || authorization === basic(login);
  if (!isWelcome || url.searchParams.get("service") !== SERVICE) {
    response.writeHead(401).end();
    return;
  }
  response
    .writeHead(200, { "content-type": "application/json" })
    .end(JSON.stringify({ token: tokenFor(url.searchParams.get("scope") ?? "") }));
}

/** Returns the header that requests authentication, or undefined if the request has valid credentials. */
function refusal(
  { scheme = "none", login, realm }: RegistryOptions,
  repository: string,
  origin: string,
  authorization: string | undefined,
): string | undefined {
  const scope = actionsOf(repository);
  switch (scheme) {
    case "none":
      return undefined;
    case "basic":
      return authorization === basic(login) ? undefined : 'Basic realm="test"';
    case "bearer":
      return authorization === `Bearer ${tokenFor(scope)}`
        ? undefined
        : `Bearer realm="${realm ?? `${origin}/token`}",service="${SERVICE}",scope="${scope}"`;
  }
}

function basic(login: RegistryOptions["login"]): string | undefined {
  return login === undefined
    ? undefined
    : `Basic ${Buffer.from(`${login.username}:${login.password}`).toString("base64")}`;
}

function tokenFor(scope: string): string {
  return `token-for-${Buffer.from(scope).toString("hex")}`;
}
