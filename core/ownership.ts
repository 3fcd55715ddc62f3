import { idIn, namingTags } from "./digitalocean-tags";

/** The identity by which an environment claims clusters. */
export interface EnvironmentIdentity {
  readonly project: string;
  readonly stack: string;
  /** The environment's uuid. @default - its stack is older than these ids, or empty */
  readonly id?: string;
  /** Ids of the clusters in the stack's state, including those pending deletion. */
  readonly clusterIds: readonly string[];
}

/** A cluster in the account. */
export interface TaggedCluster {
  readonly id: string;
  readonly tags: readonly string[];
}

/** An account's clusters by their relation to an environment. Only those of the first two kinds are ever destroyed. */
export interface Ownership<T> {
  /** Clusters in the environment's state. */
  readonly inState: readonly T[];
  /** Clusters with its id but not in its state: a killed update has left them. */
  readonly strays: readonly T[];
  /** Clusters in its state with another environment's id. */
  readonly contested: readonly T[];
  /**
   * Clusters with its name in the tags, but neither in its state nor with its id: another environment of the same
   * name.
   */
  readonly foreign: readonly T[];
}

/** Decides who owns clusters. No other code does. */
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
