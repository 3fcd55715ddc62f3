import type { KubernetesObject } from "@kubernetes/client-node";
import type { ClusterClient } from "../../cluster/client";
import { type Signal, seenAt } from "../policy/evidence";

export interface Namespace {
  readonly client: ClusterClient;
  readonly name: string;
}

const KINDS = ["ReplicaSet", "ControllerRevision", "Job", "Pod"] as const;

/**
 * Returns the newest object that a rollout or a person created in a namespace. Jobs of a CronJob do not count, because a
 * schedule is not use. It takes four requests to the cluster, and none to DigitalOcean once there is a credential.
 */
export async function rolloutSignal({ client, name }: Namespace): Promise<Signal> {
  const lists = await Promise.all(
    KINDS.map(async (kind) => {
      const objects: readonly KubernetesObject[] = await client.list(kind, name);
      return objects.map((object) => ({ kind, object }));
    }),
  );
  const all = lists.flat();
  const byClock = new Set(
    all.filter(({ object }) => isOf("CronJob", object)).map(({ object }) => object.metadata?.uid),
  );
  const made = all
    .filter(
      ({ object }) =>
        !byClock.has(object.metadata?.uid) &&
        !object.metadata?.ownerReferences?.some(({ uid }) => byClock.has(uid)),
    )
    .flatMap(({ kind, object }) => {
      const { creationTimestamp, name: its = "" } = object.metadata ?? {};
      return creationTimestamp ? [{ what: `${kind} ${its}`, at: creationTimestamp.getTime() }] : [];
    })
    .sort((one, other) => other.at - one.at);
  const [newest] = made;
  return seenAt("rollout", `namespace ${name}`, newest && newest.at / 1000, newest?.what);
}

function isOf(kind: string, { metadata }: KubernetesObject): boolean {
  return metadata?.ownerReferences?.some((owner) => owner.kind === kind) ?? false;
}
