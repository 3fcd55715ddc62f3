import { idIn } from "../digitalocean-tags";
import { UserError } from "../errors";

/** A stack's state. */
export interface Holder {
  readonly stack: string;
  /** The environment's uuid. */
  readonly id?: string;
  readonly clusterIds: readonly string[];
}

/** Finds stacks that own the same cluster, or have the same id, as a stack that is about to destroy anything. */
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
        `${what} is in the states of two stacks, "${holder.stack}" and "${other.stack}": no command destroys it until only one of them has it`,
        `decide which stack to keep, and forget the other, which destroys nothing: pulumi stack rm ${other.stack} --force   # or ${holder.stack}`,
      ),
    ];
  });
}

/**
 * Finds clusters in the state that must not be destroyed, because they have another environment's id, perhaps from
 * another backend.
 */
export function contestedErrors(
  stack: string,
  contested: readonly { readonly id: string; readonly tags: readonly string[] }[],
): UserError[] {
  return contested.map(
    ({ id, tags }) =>
      new UserError(
        `cluster ${id} is in the state of "${stack}" and carries the id of another environment: ${idIn(tags) ?? ""}`,
        `if the cluster is the other environment's, forget this stack, which destroys nothing: pulumi stack rm ${stack} --force. If it is this stack's: doks-env up ${stack}`,
      ),
  );
}
