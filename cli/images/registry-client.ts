import axios, {
  type AxiosRequestConfig,
  type AxiosResponse,
  type RawAxiosRequestHeaders,
} from "axios";
import { isLoopback } from "../account/loopback";
import type { Credentials, DockerCredentials } from "./docker-credentials";
import type { ImageLocation } from "./image-location";
import type { Resolution } from "./resolution";

/** Time limit for all requests about one image. */
const TIMEOUT_MS = 5_000;

/** Accepted types. The index comes before manifests, so that the digest is valid for all platforms. */
const MANIFEST_TYPES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

interface Challenge {
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A reason for which an image's existence stays unknown. */
class Unknown extends Error {}

/**
 * Reads an image's digest from its registry, without pulling it.
 *
 * @param timeoutMs - for all requests together
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#checking-if-content-exists-in-the-registry
 * @see https://distribution.github.io/distribution/spec/auth/token/
 */
export async function resolveAtRegistry(
  location: ImageLocation,
  docker: DockerCredentials,
  timeoutMs: number = TIMEOUT_MS,
): Promise<Resolution> {
  const signal = AbortSignal.timeout(timeoutMs);
  const { registry, repository, reference } = location;
  try {
    const scheme = isLoopback(`http://${registry}`) ? "http" : "https";
    const url = `${scheme}://${registry}/v2/${repository}/manifests/${reference}`;
    const open = await head(url, {}, signal);
    const answer =
      open.status === 401
        ? await head(url, await authorization(open, location, docker, signal), signal)
        : open;
    return resolutionOf(answer, location, docker);
  } catch (error) {
    if (error instanceof Unknown) {
      return { unknown: error.message };
    }
    // Other errors are reduced to their code, because they contain the request with its credentials.
    const { code } = error as { readonly code?: string };
    return {
      unknown: signal.aborted
        ? `${registry} does not answer within ${timeoutMs / 1000} s`
        : `${registry} cannot be reached${code === undefined ? "" : ` (${code})`}`,
    };
  }
}

function resolutionOf(
  { status, headers }: AxiosResponse,
  { registry }: ImageLocation,
  docker: DockerCredentials,
): Resolution {
  if (status === 404) {
    return "absent";
  }
  if (status === 401 || status === 403) {
    return { unknown: refusal(registry, docker) };
  }
  if (status !== 200) {
    return { unknown: `${registry} answers ${status}` };
  }
  const digest: unknown = headers["docker-content-digest"];
  return typeof digest === "string" && digest !== ""
    ? { digest }
    : { unknown: `${registry} has it, but does not return its digest` };
}

function refusal(registry: string, docker: DockerCredentials): string {
  if (docker.of(registry) !== undefined) {
    return `${registry} refuses the credentials of docker's config.json`;
  }
  const helper = docker.helperOf(registry);
  return helper === undefined
    ? `${registry} requires credentials, and docker's config.json has none in "auths"`
    : `${registry} requires credentials, which docker keeps in "${helper}"; doks-env reads only "auths" in its config.json`;
}

/** Returns the header that a registry requires after a 401. @throws {Unknown} */
async function authorization(
  refused: AxiosResponse,
  { registry, repository }: ImageLocation,
  docker: DockerCredentials,
  signal: AbortSignal,
): Promise<RawAxiosRequestHeaders> {
  const { scheme, parameters } = parseChallenge(refused.headers["www-authenticate"]);
  const credentials = docker.of(registry);
  if (scheme === "basic" && credentials !== undefined) {
    return basic(credentials);
  }
  if (scheme !== "bearer") {
    throw new Unknown(refusal(registry, docker));
  }
  const realm = realmOf(registry, parameters.realm);
  const { status, data } = await axios.get<{ token?: unknown; access_token?: unknown }>(realm, {
    params: {
      ...(parameters.service !== undefined && { service: parameters.service }),
      scope: parameters.scope ?? `repository:${repository}:pull`,
    },
    headers: credentials === undefined ? {} : basic(credentials),
    ...requestOptions(realm, signal),
  });
  const token = data?.token ?? data?.access_token;
  if (status !== 200 || typeof token !== "string") {
    throw new Unknown(
      status === 401 || status === 403
        ? refusal(registry, docker)
        : `${registry} issues no token (${status})`,
    );
  }
  return { authorization: `Bearer ${token}` };
}

/** Checks the token server's URL: it gets credentials, so it must be as safe as the registry itself. @throws {Unknown} */
function realmOf(registry: string, realm: string | undefined): string {
  const url = realm !== undefined && URL.canParse(realm) ? new URL(realm) : undefined;
  if (url?.protocol !== "https:" && !(url?.protocol === "http:" && isLoopback(url.href))) {
    throw new Unknown(`${registry} requests credentials at an address that is not https`);
  }
  return url.href;
}

/** Reads `Bearer realm="...",service="...",scope="..."`; a value in quotes may have commas. */
function parseChallenge(header: unknown): Challenge {
  const [, scheme = "", rest = ""] =
    /^\s*(\w+)\s*(.*)$/.exec(typeof header === "string" ? header : "") ?? [];
  const parameters = [...rest.matchAll(/(\w+)=(?:"([^"]*)"|([^,\s]*))/g)].map(
    ([, name = "", quoted, bare]) => [name.toLowerCase(), quoted ?? bare ?? ""],
  );
  return { scheme: scheme.toLowerCase(), parameters: Object.fromEntries(parameters) };
}

function basic({ username, password }: Credentials): RawAxiosRequestHeaders {
  const encoded = Buffer.from(`${username}:${password}`).toString("base64");
  return { authorization: `Basic ${encoded}` };
}

function head(
  url: string,
  headers: RawAxiosRequestHeaders,
  signal: AbortSignal,
): Promise<AxiosResponse> {
  return axios.head(url, {
    headers: { accept: MANIFEST_TYPES, ...headers },
    ...requestOptions(url, signal),
  });
}

function requestOptions(url: string, signal: AbortSignal): AxiosRequestConfig {
  return {
    signal,
    // Every status is a response, not an exception.
    validateStatus: null,
    // Otherwise the author of an image name could make this machine send requests to any address.
    maxRedirects: 0,
    ...(isLoopback(url) && { proxy: false }),
  };
}
