import type { StateSource } from "./read-stacks";
import type { StackRecord } from "./record";
import { type ResourceInState, wholeStateOf } from "./whole-state";

const CLUSTER = "digitalocean:index/kubernetesCluster:KubernetesCluster";

/** A cluster as a stack's state has it from its creation on; the stack's outputs wait for an update that succeeds. */
export interface ClusterInState {
  readonly urn: string;
  readonly id: string;
  /** The program's own, which holds no credential; there is none before the cluster runs. */
  readonly kubeconfig?: string;
}

const NAMESPACE = "kubernetes:core/v1:Namespace";
const NAMESPACE_COMPONENT = /\$ephemeral-doks:components:EnvironmentNamespace\$/;

interface NamespaceInState {
  readonly urn: string;
  readonly name: string;
  readonly clusterId: string;
  /** The program's own, which holds no credential. */
  readonly kubeconfig: string;
}

/** Where an environment lives, as its stack's state has it: in a cluster of its own or in a namespace of another. */
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

/** Whether a stack has a cluster of its own or a place on another, also one of which no update has been finished. */
export async function hasPlacement(source: StateSource, record: StackRecord): Promise<boolean> {
  const { stack, outputs, hasResources, fault } = record;
  if (outputs.clusterId !== undefined || !hasResources || fault !== undefined) {
    return outputs.clusterId !== undefined;
  }
  const { clusters, namespace } = await placementInState(source, stack);
  return clusters.length > 0 || namespace !== undefined;
}
