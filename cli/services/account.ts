import { createApiClient } from "dots-wrapper";
import { UserError } from "../../lib/errors";

const PUBLIC_API = "https://api.digitalocean.com";

export type Client = ReturnType<typeof createApiClient>;

/** How to reach an account: the same two variables that DigitalOcean's Pulumi provider reads. */
export interface Access {
  /** Origin of the API, without a path. */
  readonly origin: string;
  readonly token: string;
}

/**
 * Access from DIGITALOCEAN_TOKEN (or DIGITALOCEAN_ACCESS_TOKEN) and DIGITALOCEAN_API_URL.
 *
 * @throws {UserError} without a token
 */
export function accessFrom(env: NodeJS.ProcessEnv): Access {
  const token = env.DIGITALOCEAN_TOKEN || env.DIGITALOCEAN_ACCESS_TOKEN;
  if (!token) {
    throw new UserError("no DigitalOcean token is set", "export DIGITALOCEAN_TOKEN=<token>");
  }
  return { origin: (env.DIGITALOCEAN_API_URL || PUBLIC_API).replace(/\/+$/, ""), token };
}

export function clientFor({ origin, token }: Access): Client {
  return createApiClient({ token, endpoint: `${origin}/v2` });
}

/**
 * Deletes a cluster with all that its controllers have made: load balancers, volumes, snapshots. The client library
 * lacks this call. A cluster that is gone is no error.
 */
export async function deleteCluster({ origin, token }: Access, id: string): Promise<void> {
  const path = `/v2/kubernetes/clusters/${id}/destroy_with_associated_resources/dangerous`;
  const response = await fetch(origin + path, {
    method: "DELETE",
    headers: { authorization: `Bearer ${token}` },
  });
  if (!response.ok && response.status !== 404) {
    throw new UserError(
      `DigitalOcean did not delete cluster ${id}: ${response.status} ${await response.text()}`,
      `doctl kubernetes cluster delete ${id} --dangerous`,
    );
  }
}
