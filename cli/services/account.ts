import { createApiClient } from "dots-wrapper";
import { type AccountAccess, accessFrom } from "../../lib/account-access";
import { UserError } from "../../lib/errors";

export type Client = ReturnType<typeof createApiClient>;

/**
 * The access that the environment gives.
 *
 * @throws {UserError} without a token
 */
export function requireAccess(): AccountAccess {
  const access = accessFrom(process.env);
  if (access === undefined) {
    throw new UserError("no DigitalOcean token is set", "export DIGITALOCEAN_TOKEN=<token>");
  }
  return access;
}

export function clientFor({ origin, token }: AccountAccess): Client {
  return createApiClient({ token, endpoint: `${origin}/v2` });
}

/**
 * Deletes a cluster with all that its controllers have made: load balancers, volumes, snapshots. The client library
 * lacks this call. A cluster that is gone is no error.
 */
export async function deleteCluster({ origin, token }: AccountAccess, id: string): Promise<void> {
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
