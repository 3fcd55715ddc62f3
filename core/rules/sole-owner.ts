import { idIn } from "../digitalocean-tags";
import { UserError } from "../errors";

/** What a stack's state holds. */
export interface Holder {
  readonly stack: string;
  /** The environment's uuid. */
  readonly id?: string;
  readonly clusterIds: readonly string[];
}

/** Finds the stacks that claim the same cluster, or carry the same id, as one of which anything is to be destroyed. */
export function soleOwnerErrors(holder: Holder, others: readonly Holder[]): UserError[] {
  return others.flatMap((other) => {
    const cluster = other.clusterIds.find((id) => holder.clusterIds.includes(id));
    const hasSameId = holder.id !== undefined && holder.id === other.id;
    if (other.stack === holder.stack || (cluster === undefined && !hasSameId)) {
      return [];
    }
    const what = cluster === undefined ? `id ${holder.id ?? ""}` : `cluster ${cluster}`;
    return [
      new UserError(
        `${what} is in the states of two stacks, "${holder.stack}" and "${other.stack}": nothing is destroyed until one of them has it`,
        `decide which of the two the environment is, and forget the other, which destroys nothing: pulumi stack rm ${other.stack} --force   # or ${holder.stack}`,
      ),
    ];
  });
}

/** Finds what forbids to destroy a cluster of the state: it carries the id of another environment, perhaps of another backend. */
export function contestedErrors(
  stack: string,
  contested: readonly { readonly id: string; readonly tags: readonly string[] }[],
): UserError[] {
  return contested.map(
    ({ id, tags }) =>
      new UserError(
        `cluster ${id} is in the state of "${stack}" and carries the id of another environment: ${idIn(tags) ?? ""}`,
        `if it is the other environment's, forget this stack, which destroys nothing: pulumi stack rm ${stack} --force. If it is this one's: doks-env up ${stack}`,
      ),
  );
}
