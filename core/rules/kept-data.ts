import { isKeptVolume } from "../data/kept-claim";
import { namingTags } from "../digitalocean-tags";
import { UserError } from "../errors";

/** A volume or a snapshot of the account. */
interface Tagged {
  readonly id: string;
  readonly name: string;
  readonly tags?: readonly string[] | null;
}

export interface KeptDataFacts {
  readonly project: string;
  readonly stack: string;
  readonly snapshots: readonly Tagged[];
  readonly volumes: readonly Tagged[];
  /** The environment's existing clusters, which the new one would replace. */
  readonly clusterIds: readonly string[];
  /** Whether the command line has created volumes from the kept data. */
  readonly isRestored: boolean;
  /** Whether the settings allow the loss of volumes with their cluster. */
  readonly keepsNothing: boolean;
}

/** Finds data that a new cluster for the environment would lose, or leave behind unnoticed. */
export function keptDataErrors(facts: KeptDataFacts): UserError[] {
  const { project, stack, snapshots, volumes, clusterIds, isRestored, keepsNothing } = facts;
  const names = namingTags(project, stack);
  const kept = [...snapshots, ...volumes.filter(isKeptVolume)].filter(
    ({ tags }) =>
      names.every((tag) => tags?.includes(tag)) && tags?.some((tag) => tag.startsWith("data:")),
  );
  const lost = volumes.filter(({ tags }) => clusterIds.some((id) => tags?.includes(`k8s:${id}`)));
  return [
    ...(kept.length === 0 || isRestored
      ? []
      : [
          new UserError(
            `"${stack}" would come up empty: its data is kept in ${kept.map(({ name }) => name).join(", ")}`,
            `doks-env wake ${stack}   # plain pulumi does not restore data; doks-env down ${stack} deletes it`,
          ),
        ]),
    ...(lost.length === 0 || keepsNothing
      ? []
      : [
          new UserError(
            `a new cluster would replace ${clusterIds.join(", ")}, and the data in its ${lost.length} ${lost.length === 1 ? "volume" : "volumes"} would be lost: ${lost.map(({ name }) => name).join(", ")}`,
            `undo the change that replaces the cluster, such as another region; or discard the data: doks-env up ${stack} --set data.keep=none`,
          ),
        ]),
  ];
}
