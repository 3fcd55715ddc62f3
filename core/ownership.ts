import { idIn, namingTags } from "./digitalocean-tags";

/** By what an environment claims clusters. */
export interface EnvironmentIdentity {
  readonly project: string;
  readonly stack: string;
  /** The environment's uuid. @default - its stack was made before environments had one, or holds nothing */
  readonly id?: string;
  /** Ids of the clusters in the stack's state, also of those that are still to be deleted. */
  readonly clusterIds: readonly string[];
}

/** A cluster of the account. */
export interface TaggedCluster {
  readonly id: string;
  readonly tags: readonly string[];
}

/** The clusters of an account by their relation to an environment. Only the first two are ever destroyed. */
export interface Ownership<T> {
  /** In its state. */
  readonly inState: readonly T[];
  /** Not in its state, and with its id: an update that was killed has left them. */
  readonly strays: readonly T[];
  /** In its state, and with the id of another environment. */
  readonly contested: readonly T[];
  /** With the tags that name it, and neither in its state nor with its id: somebody else's of the same name. */
  readonly foreign: readonly T[];
}

/** Decides whose clusters are: the only place that does. */
export function ownershipOf<T extends TaggedCluster>(
  { project, stack, id, clusterIds }: EnvironmentIdentity,
  clusters: readonly T[],
): Ownership<T> {
  const names = namingTags(project, stack);
  const proofOf = (cluster: T) => {
    const carried = idIn(cluster.tags);
    return carried === undefined ? "none" : carried === id ? "own" : "another";
  };
  const known = clusters.filter((cluster) => clusterIds.includes(cluster.id));
  const others = clusters.filter((cluster) => !clusterIds.includes(cluster.id));
  return {
    inState: known.filter((cluster) => proofOf(cluster) !== "another"),
    contested: known.filter((cluster) => proofOf(cluster) === "another"),
    strays: others.filter((cluster) => proofOf(cluster) === "own"),
    foreign: others.filter(
      (cluster) => proofOf(cluster) !== "own" && names.every((tag) => cluster.tags.includes(tag)),
    ),
  };
}
