import { fault } from "./fault";

const PUBLIC_API = "https://api.digitalocean.com";

/** How the program reaches the DigitalOcean account. */
export interface AccountAccess {
  /** Origin of the API, without a path. */
  readonly origin: string;
  readonly token: string;
}

/**
 * Takes the access from the environment: what DigitalOcean's provider reads there, too.
 *
 * A token in the stack's config would do for that provider, but not for the script that gets the cluster's
 * credentials: it is started by Kubernetes' client, which hands on the environment and nothing else.
 *
 * @throws pulumi.RunError without a token
 */
export function accountAccess(env: NodeJS.ProcessEnv = process.env): AccountAccess {
  const token = env.DIGITALOCEAN_TOKEN || env.DIGITALOCEAN_ACCESS_TOKEN;
  if (!token) {
    throw fault(
      "DIGITALOCEAN_TOKEN is not set: the cluster's credentials are asked for with it",
      "export DIGITALOCEAN_TOKEN=<token>   # a token in the stack's config is not seen by kubectl",
    );
  }
  return { origin: (env.DIGITALOCEAN_API_URL || PUBLIC_API).replace(/\/+$/, ""), token };
}
