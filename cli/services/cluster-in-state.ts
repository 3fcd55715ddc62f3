import type { Engine } from "./engine";
import type { StackRecord } from "./state/record";

const CLUSTER = "digitalocean:index/kubernetesCluster:KubernetesCluster";

/** A cluster as a stack's state has it from its creation on; the stack's outputs wait for an update that succeeds. */
export interface ClusterInState {
  readonly urn: string;
  readonly id: string;
  /** The program's own, which holds no credential; there is none before the cluster runs. */
  readonly kubeconfig?: string;
}

/** A resource as `pulumi stack export` prints it, as far as it is read. */
interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly parent?: string;
  /** It was replaced, and is still to be deleted. */
  readonly delete?: boolean;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** The clusters in a stack's state: one, or none. */
export async function clustersInState(engine: Engine, stack: string): Promise<ClusterInState[]> {
  const { deployment } = JSON.parse(await engine.output("stack", "export", "--stack", stack)) as {
    deployment: { resources?: Resource[] };
  };
  const resources = deployment.resources ?? [];
  return resources
    .filter((resource) => resource.type === CLUSTER && !resource.delete)
    .map(({ urn, id = "", parent }) => {
      const component = resources.find((resource) => resource.urn === parent);
      const kubeconfig = component?.outputs?.kubeconfig;
      return { urn, id, ...(typeof kubeconfig === "string" ? { kubeconfig } : {}) };
    });
}

/** Whether a stack has a cluster, also one of which no update has been finished. */
export async function hasCluster(engine: Engine, record: StackRecord): Promise<boolean> {
  const { stack, outputs, hasResources, fault } = record;
  if (outputs.clusterId !== undefined || !hasResources || fault !== undefined) {
    return outputs.clusterId !== undefined;
  }
  return (await clustersInState(engine, stack)).length > 0;
}
