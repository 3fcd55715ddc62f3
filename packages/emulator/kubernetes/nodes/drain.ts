import { type ApiClient, KubernetesError, type ObjectList } from "../api/client";
import type { Pod } from "../api/objects";
import { delay } from "../processes/delay";

/** Time for repeating evictions that a disruption budget forbids, before the pods are deleted, in milliseconds. */
const PATIENCE_MS = 10_000;
const RETRY_DELAY_MS = 250;

/** Drains a node as DOKS does before it removes the Droplet: within disruption budgets, if time allows. */
export async function drain(client: ApiClient, nodeName: string): Promise<void> {
  await client.patch(`/api/v1/nodes/${nodeName}`, { spec: { unschedulable: true } });
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const pods = (await podsOf(client, nodeName)).filter((pod) => !isOfDaemonSet(pod));
    if (pods.length === 0) {
      break;
    }
    await Promise.all(pods.map((pod) => evict(client, pod)));
    await delay(RETRY_DELAY_MS);
  }
  const rest = await podsOf(client, nodeName);
  await Promise.all(rest.map((pod) => client.delete(pathOf(pod), { gracePeriodSeconds: 0 })));
}

async function podsOf(client: ApiClient, nodeName: string): Promise<readonly Pod[]> {
  const path = `/api/v1/pods?fieldSelector=spec.nodeName%3D${nodeName}`;
  return (await client.get<ObjectList<Pod>>(path)).items;
}

async function evict(client: ApiClient, pod: Pod): Promise<void> {
  const { name, namespace } = pod.metadata;
  const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace } };
  try {
    await client.create(`${pathOf(pod)}/eviction`, eviction);
  } catch (error) {
    // 404: deleted meanwhile. 429: its disruption budget forbids it for now.
    if (!(error instanceof KubernetesError && [404, 429].includes(error.status))) {
      throw error;
    }
  }
}

function pathOf({ metadata: { name, namespace = "default" } }: Pod): string {
  return `/api/v1/namespaces/${namespace}/pods/${name}`;
}

function isOfDaemonSet(pod: Pod): boolean {
  return pod.metadata.ownerReferences?.some(({ kind }) => kind === "DaemonSet") ?? false;
}
