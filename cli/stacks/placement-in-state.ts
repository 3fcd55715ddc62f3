import type { StateSource } from "./read-stacks";
import type { StackRecord } from "./record";
import { type ResourceInState, wholeStateOf } from "./whole-state";

const CLUSTER = "digitalocean:index/kubernetesCluster:KubernetesCluster";

/** A cluster in a stack's state, which has it from its creation on; the outputs appear only after a successful update. */
export interface ClusterInState {
  readonly urn: string;
  readonly id: string;
  /** The program's kubeconfig, without a credential. @default - the cluster does not run yet */
  readonly kubeconfig?: string;
}

const NAMESPACE = "kubernetes:core/v1:Namespace";
const NAMESPACE_COMPONENT = /\$ephemeral-doks:components:EnvironmentNamespace\$/;

interface NamespaceInState {
  readonly urn: string;
  readonly name: string;
  readonly clusterId: string;
  /** The program's kubeconfig, without a credential. */
  readonly kubeconfig: string;
}

/** The placement of an environment in its stack's state: a cluster of its own, or a namespace of a shared one. */
export interface PlacementInState {
  /** One, or none. */
  readonly clusters: readonly ClusterInState[];
  readonly namespace?: NamespaceInState;
  /** URNs of the parts of a domain for environments. @default - it has none */
  readonly domainUrns?: readonly string[];
}

const DOMAIN_PARTS = [
  "digitalocean:index/domain:Domain",
  "digitalocean:index/certificate:Certificate",
];

export async function placementInState(
  source: StateSource,
  stack: string,
): Promise<PlacementInState> {
  const { resources } = await wholeStateOf(source, stack);
  const clusters = clustersAmong(resources);
  const namespace = clusters.length === 0 ? namespaceAmong(resources) : undefined;
  const domainUrns = resources
    .filter(({ type }) => DOMAIN_PARTS.includes(type))
    .map(({ urn }) => urn);
  return {
    clusters,
    namespace,
    ...(domainUrns.length > 0 ? { domainUrns } : {}),
  };
}

function clustersAmong(resources: readonly ResourceInState[]): ClusterInState[] {
  return resources
    .filter((resource) => resource.type === CLUSTER && !resource.delete)
    .map(({ urn, id = "", parent }) => {
      const component = resources.find((resource) => resource.urn === parent);
      const kubeconfig = component?.outputs?.kubeconfig;
      return { urn, id, ...(typeof kubeconfig === "string" ? { kubeconfig } : {}) };
    });
}

function namespaceAmong(resources: readonly ResourceInState[]): NamespaceInState | undefined {
  const namespace = resources.find(
    ({ urn, type, delete: goes }) => type === NAMESPACE && NAMESPACE_COMPONENT.test(urn) && !goes,
  );
  if (namespace === undefined) {
    return undefined;
  }
  const provider = resources.find(({ urn, id = "" }) => `${urn}::${id}` === namespace.provider);
  const { clusterIdentifier, kubeconfig } = provider?.inputs ?? {};
  const name = namespace.id;
  return name !== undefined &&
    typeof clusterIdentifier === "string" &&
    typeof kubeconfig === "string"
    ? { urn: namespace.urn, name, clusterId: clusterIdentifier, kubeconfig }
    : undefined;
}

/** Whether a stack has a cluster or a namespace of a shared cluster, even if no update has finished. */
export async function hasPlacement(source: StateSource, record: StackRecord): Promise<boolean> {
  const { stack, outputs, hasResources, fault } = record;
  if (outputs.clusterId !== undefined || !hasResources || fault !== undefined) {
    return outputs.clusterId !== undefined;
  }
  const { clusters, namespace } = await placementInState(source, stack);
  return clusters.length > 0 || namespace !== undefined;
}
