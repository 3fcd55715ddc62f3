import { idTag } from "../digitalocean-tags";
import { UserError } from "../errors";

export interface NewCluster {
  readonly name: string;
  readonly stack: string;
  /** The environment's uuid. @default - it has none yet */
  readonly id?: string;
  readonly clusterIds: readonly string[];
}

export interface NamedCluster {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
}

/**
 * Finds why a cluster cannot have its name: names are unique in a DigitalOcean account.
 *
 * @see https://github.com/crossplane-contrib/provider-upjet-digitalocean/issues/48
 */
export function clusterNameErrors(
  { name, stack, id, clusterIds }: NewCluster,
  clusters: readonly NamedCluster[],
): UserError[] {
  return clusters
    .filter((cluster) => cluster.name === name && !clusterIds.includes(cluster.id))
    .map((cluster) =>
      id !== undefined && cluster.tags.includes(idTag(id))
        ? new UserError(
            `an update that was killed has left cluster "${name}" (${cluster.id}), which is not in the stack's state`,
            `doks-env up ${stack}   # removes it first; or remove it: doctl kubernetes cluster delete ${cluster.id}`,
          )
        : new UserError(
            `the account has a cluster "${name}" already (${cluster.id}), which is not this environment's`,
            `rename the stack, or ask the cluster's owner to remove it: doctl kubernetes cluster delete ${cluster.id}`,
          ),
    );
}
