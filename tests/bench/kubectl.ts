import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { measure, type Taken } from "./measure";

/**
 * Applies a kustomization in a namespace of its own, in the cluster of an environment, and waits until its Deployments are
 * available: what an environment's workloads phase is compared with.
 *
 * @param resource - relative to `.rendered/<namespace>`
 */
export async function applyTree(
  stack: string,
  namespace: string,
  resource: string,
): Promise<Taken> {
  const folder = join(".rendered", namespace);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "kustomization.yaml"),
    JSON.stringify({ namespace, resources: [resource] }),
  );
  const kubectl = `kubectl --kubeconfig .rendered/${stack}/kubeconfig.yaml`;
  await measure("sh", ["-c", `${kubectl} create namespace ${namespace}`]);
  const wait = `${kubectl} wait --namespace ${namespace} --for=condition=Available deployment --all --timeout=10m`;
  return measure("sh", ["-c", `${kubectl} apply -k ${folder} && ${wait}`]);
}

export async function removeTree(stack: string, namespace: string): Promise<void> {
  const kubectl = `kubectl --kubeconfig .rendered/${stack}/kubeconfig.yaml`;
  await measure("sh", ["-c", `${kubectl} delete namespace ${namespace}`]);
}
