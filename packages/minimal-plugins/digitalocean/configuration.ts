/** The settings of the provider resource. */
import { UserError } from "../errors";
import { type PropertyMap, stripSecrets } from "../protocol/properties";
import { stringOf } from "./values";

/** @see https://www.pulumi.com/registry/packages/digitalocean/installation-configuration/ */
export interface Configuration {
  readonly token: string;
  /** An origin on the loopback interface. */
  readonly endpoint: URL;
  /** Maximum number of repetitions of a failed request. @default 4 */
  readonly retryMax: number;
  /** Seconds before the first repetition; the time doubles with each. @default 1 */
  readonly retryWaitMin: number;
  /** Maximum seconds before a repetition. @default 30 */
  readonly retryWaitMax: number;
  /** 0 for no limit. @default 0 */
  readonly requestsPerSecond: number;
}

/** The secret inputs of the official provider. */
export const SECRET_SETTINGS = ["token", "spacesSecretKey"];

const DIGITALOCEAN = "https://api.digitalocean.com";

/**
 * Reads the provider's inputs, and the environment for missing ones.
 *
 * @throws {UserError} when the endpoint is not on this machine.
 */
export function parseConfiguration(args: PropertyMap, env: NodeJS.ProcessEnv): Configuration {
  const settings = stripSecrets(args);
  const setting = (name: string, ...variables: string[]): string | undefined =>
    [stringOf(settings, name), ...variables.map((variable) => env[variable])].find(Boolean);
  const number = (name: string, variable: string, otherwise: number): number =>
    numeric(name, settings[name] ?? env[variable]) ?? otherwise;

  return {
    token: setting("token", "DIGITALOCEAN_TOKEN", "DIGITALOCEAN_ACCESS_TOKEN") ?? "",
    endpoint: loopbackEndpoint(setting("apiEndpoint", "DIGITALOCEAN_API_URL") ?? DIGITALOCEAN),
    retryMax: number("httpRetryMax", "DIGITALOCEAN_HTTP_RETRY_MAX", 4),
    retryWaitMin: number("httpRetryWaitMin", "DIGITALOCEAN_HTTP_RETRY_WAIT_MIN", 1),
    retryWaitMax: number("httpRetryWaitMax", "DIGITALOCEAN_HTTP_RETRY_WAIT_MAX", 30),
    requestsPerSecond: number("requestsPerSecond", "DIGITALOCEAN_REQUESTS_PER_SECOND", 0),
  };
}

/** The SDK writes numbers as JSON in a string. */
function numeric(name: string, value: unknown): number | undefined {
  if (value === undefined || value === null || value === "") {
    return undefined;
  }
  const number = Number(value);
  if (!Number.isFinite(number) || number < 0) {
    throw new UserError(
      `digitalocean:${name} must be a number of at least 0, got ${JSON.stringify(value)}`,
      `set it with \`pulumi config set digitalocean:${name} <number>\``,
    );
  }
  return number;
}

function loopbackEndpoint(text: string): URL {
  const endpoint = URL.canParse(text) ? new URL(text) : undefined;
  if (endpoint === undefined || !isLoopback(endpoint.hostname)) {
    throw new UserError(
      `this is the minimal stand-in for the digitalocean plugin, which works against an emulator on this machine only, and the API endpoint is ${text}`,
      "start the emulator and set DIGITALOCEAN_API_URL to its address; for DigitalOcean itself, install the official plugin and take this one off PATH",
    );
  }
  return endpoint;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}
