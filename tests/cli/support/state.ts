/** The used part of `pulumi stack export` for an environment. */

const CLUSTER = "digitalocean:index/kubernetesCluster:KubernetesCluster";
const COMPONENT = "ephemeral-doks:components:DoksCluster";
const urnOf = (type: string, name = "environment-cluster") =>
  `urn:pulumi:alice-dev::shop::${type}::${name}`;

export const CLUSTER_URN = urnOf(CLUSTER);

/** As the program gives it. */
export const PROGRAM_KUBECONFIG = `apiVersion: v1
kind: Config
clusters:
  - name: alice-dev
    cluster:
      server: https://127.0.0.1:31445
      certificate-authority-data: Y2E=
`;

export interface StateOptions {
  /** The outputs of the component around the cluster: none before the cluster runs. */
  readonly component?: object;
  /** Id of the cluster. @default c-1 */
  readonly id?: string;
  /** Whether another, replaced cluster is pending deletion. */
  readonly withOld?: boolean;
}

/** The state of an environment with a cluster, as `pulumi stack export` prints it. */
export function stateWithCluster(options: StateOptions = {}): string {
  return JSON.stringify({ version: 3, deployment: { resources: resourcesWithCluster(options) } });
}

export function resourcesWithCluster({
  component = { clusterId: "c-1", kubeconfig: PROGRAM_KUBECONFIG },
  id = "c-1",
  withOld = false,
}: StateOptions = {}): object[] {
  const parent = urnOf(COMPONENT);
  const cluster = { urn: CLUSTER_URN, type: CLUSTER, custom: true, id, parent };
  return [
    { urn: urnOf("pulumi:pulumi:Stack", "shop-alice-dev"), type: "pulumi:pulumi:Stack" },
    ...(withOld ? [{ ...cluster, id: "c-0", delete: true }] : []),
    { urn: parent, type: COMPONENT, outputs: component },
    cluster,
    { urn: urnOf("kubernetes:core/v1:Namespace"), type: "kubernetes:core/v1:Namespace", parent },
  ];
}

/** The state of an environment in a namespace of a shared cluster. */
export function stateWithNamespace(): string {
  const provider = urnOf("pulumi:providers:kubernetes", "shared-cluster");
  const resources = [
    {
      urn: provider,
      type: "pulumi:providers:kubernetes",
      id: "p-1",
      inputs: { clusterIdentifier: "c-1", kubeconfig: PROGRAM_KUBECONFIG },
    },
    {
      urn: urnOf(
        "ephemeral-doks:components:Environment$ephemeral-doks:components:EnvironmentNamespace$kubernetes:core/v1:Namespace",
      ),
      type: "kubernetes:core/v1:Namespace",
      id: "alice-dev",
      provider: `${provider}::p-1`,
    },
  ];
  return JSON.stringify({ version: 3, deployment: { resources } });
}

/** The state of a stack without resources. */
export const EMPTY_STATE = JSON.stringify({ version: 3, deployment: {} });

/** The resources of a state. */
export interface Owning {
  readonly id?: string;
  readonly account?: string;
  readonly region?: string;
  readonly clusterIds: readonly string[];
  /** Ids of the worker pools. */
  readonly poolIds?: readonly string[];
}

/** Returns the state's resources for these. */
export function resourcesOwning(
  stack: string,
  { id, account, region, clusterIds, poolIds = [] }: Owning,
): object[] {
  const urn = (type: string, name: string) => `urn:pulumi:${stack}::shop::${type}::${name}`;
  const resource = (type: string, name: string, rest: object) => ({
    urn: urn(type, name),
    custom: true,
    type,
    ...rest,
  });
  const keepers = { account, region };
  const pool = "digitalocean:index/kubernetesNodePool:KubernetesNodePool";
  return [
    { urn: urn("pulumi:pulumi:Stack", `shop-${stack}`), type: "pulumi:pulumi:Stack", outputs: {} },
    ...(id === undefined
      ? []
      : [
          resource("random:index/randomUuid:RandomUuid", "id", {
            id,
            outputs: { result: id, keepers },
          }),
        ]),
    ...clusterIds.map((each) =>
      resource(CLUSTER, "environment-cluster", {
        id: each,
        outputs: { nodePool: { id: `base-of-${each}` } },
      }),
    ),
    ...poolIds.map((each) => resource(pool, "environment-cluster-workers", { id: each })),
  ];
}
