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
  /** The environment's clusters that there are: the new one takes their place. */
  readonly clusterIds: readonly string[];
  /** Whether the command line has made volumes of what is kept. */
  readonly isRestored: boolean;
  /** Whether volumes that go with a cluster may go. */
  readonly keepsNothing: boolean;
}

/** What would be lost, or left behind unseen, if the environment got a new cluster now. */
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
            `a new cluster would take the place of ${clusterIds.join(", ")}, and what is in its ${lost.length} ${lost.length === 1 ? "volume" : "volumes"} would be lost: ${lost.map(({ name }) => name).join(", ")}`,
            `undo what replaces the cluster, such as another region; or give the data up: doks-env up ${stack} --set data.keep=none`,
          ),
        ]),
  ];
}
