/** The origin of DigitalOcean's own API. */
export const PUBLIC_API = "https://api.digitalocean.com";

/** How to reach a DigitalOcean account. */
export interface AccountAccess {
  /** Origin of the API, without a path. */
  readonly origin: string;
  readonly token: string;
}

/**
 * Reads the access from DIGITALOCEAN_TOKEN (or DIGITALOCEAN_ACCESS_TOKEN) and DIGITALOCEAN_API_URL, which
 * DigitalOcean's Pulumi provider reads, too.
 *
 * @returns undefined without a token
 */
export function accessFrom(env: NodeJS.ProcessEnv): AccountAccess | undefined {
  const token = env.DIGITALOCEAN_TOKEN || env.DIGITALOCEAN_ACCESS_TOKEN;
  const origin = (env.DIGITALOCEAN_API_URL || PUBLIC_API).replace(/\/+$/, "");
  return token ? { origin, token } : undefined;
}
