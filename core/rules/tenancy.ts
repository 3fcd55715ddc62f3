import { UserError } from "../errors";
import { ID_LABEL, PROJECT_LABEL, STACK_LABEL } from "../labels";
import type { Capacity, NodeSize } from "../money/node-capacity";
import {
  type ComputeQuota,
  capacityOf,
  type Nodes,
  type QuotaClaim,
  requireRoom,
} from "../money/shared-capacity";
import { ENVIRONMENT } from "./own-objects";

/** A fault in a request to a shared cluster, and its subject. */
export interface TenancyFault {
  readonly about: "host" | "namespace" | "baseline" | "registry" | "capacity";
  readonly error: UserError;
}

/** The used fields of a cluster's object. */
interface FoundObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly spec?: { readonly hard?: Readonly<Record<string, string>> };
}

export interface ObjectReader {
  find(path: string): Promise<FoundObject | undefined>;
  list(path: string): Promise<readonly FoundObject[]>;
}

export interface NamespaceClaim {
  readonly namespace: string;
  /** Labels of its namespace with its name. */
  readonly owner: Readonly<Record<string, string>>;
  /** The proof from its stack's state. @default - not known: the names alone decide */
  readonly proof?: {
    /** The environment's uuid. @default - its stack is older than these ids, or empty */
    readonly id?: string;
    readonly isInState: boolean;
  };
}

/** An environment's request to a shared cluster. */
export interface TenancyRequest extends NamespaceClaim {
  readonly quota: ComputeQuota;
  /** The factor by which the sum of all quotas may exceed the capacity. */
  readonly overcommit: number;
  readonly registryAccess: string;
  /** The environment that provides the services which are not deployed. */
  readonly baseline?: { readonly stack: string; readonly namespace: string };
}

/** Nodes of one size, at their maximum number. */
export interface Pool {
  readonly size: string;
  readonly count: number;
}

/** A size in the account's list. */
export interface PricedSize extends NodeSize {
  readonly usdPerHour: number;
}

export interface TenancyFacts {
  readonly cluster: {
    readonly name: string;
    readonly registryIntegration: boolean;
    readonly pools: readonly Pool[];
  };
  readonly sizes: readonly PricedSize[];
  readonly existing?: FoundObject;
  readonly baseline?: FoundObject;
  readonly claims: readonly QuotaClaim[];
}

/** The capacity of a cluster's nodes and their price per hour in USD, with every pool at its maximum. */
export interface Largest {
  readonly capacity: Capacity;
  readonly pools: readonly Nodes[];
  readonly nodes: number;
  readonly usdPerHour: number;
}

export function sharedClusterErrors(
  hostStack: string,
  { placement, clusterId }: Readonly<Record<string, unknown>>,
): UserError[] {
  if (typeof clusterId !== "string") {
    return [new UserError(`shared cluster "${hostStack}" is not up`, `doks-env up ${hostStack}`)];
  }
  return placement === "host"
    ? []
    : [
        new UserError(
          `"${hostStack}" is not a shared cluster: its placement is ${placement === undefined ? "unknown" : JSON.stringify(placement)}`,
          "pulumi config set hostStack <stack with the placement host>   # `doks-env list` lists all",
        ),
      ];
}

/** The account's only cluster with an id or a name, or why it cannot be used. */
export function chooseSharedCluster<
  Found extends { readonly id: string; readonly name: string; readonly status: { state: string } },
>(wanted: string, clusters: readonly Found[]): Found | UserError {
  const found = clusters.filter(({ id, name }) => id === wanted || name === wanted);
  const [cluster, ...more] = found;
  if (cluster === undefined) {
    const names = clusters.map(({ name }) => name).join(", ");
    return new UserError(
      `this DigitalOcean account has no cluster "${wanted}" for the environment; it has ${names === "" ? "no clusters" : names}`,
      "pulumi config set hostCluster <name or id>, or bring the shared cluster's stack up: doks-env up <its stack>",
    );
  }
  if (more.length > 0) {
    return new UserError(
      `this DigitalOcean account has ${found.length} clusters named "${wanted}": ${found.map(({ id }) => id).join(", ")}`,
      `pulumi config set hostCluster ${cluster.id}`,
    );
  }
  return cluster.status.state === "running"
    ? cluster
    : new UserError(
        `the shared cluster "${cluster.name}" is not running: it is ${cluster.status.state}`,
        "wait until `doctl kubernetes cluster list` shows it running",
      );
}

/** Reads the required facts from the cluster. */
export async function readTenancy(
  objects: ObjectReader,
  { namespace, baseline }: TenancyRequest,
): Promise<Pick<TenancyFacts, "existing" | "baseline" | "claims">> {
  const quotas = `/api/v1/resourcequotas?labelSelector=${encodeURIComponent(STACK_LABEL)}&fieldSelector=metadata.name%3D${ENVIRONMENT}`;
  const [existing, ofBaseline, claims] = await Promise.all([
    objects.find(`/api/v1/namespaces/${namespace}`),
    baseline && objects.find(`/api/v1/namespaces/${baseline.namespace}`),
    objects.list(quotas),
  ]);
  return { existing, baseline: ofBaseline, claims: claims.map(claimOf) };
}

function claimOf({
  metadata: { namespace = "" },
  spec: { hard = {} } = {},
}: FoundObject): QuotaClaim {
  return {
    namespace,
    quota: {
      cpu: hard["requests.cpu"] ?? "0",
      memory: hard["requests.memory"] ?? "0",
      pods: Number(hard.pods ?? 0),
    },
  };
}

/** All reasons why an environment cannot run on a shared cluster. */
export function tenancyFaults(request: TenancyRequest, facts: TenancyFacts): TenancyFault[] {
  return [
    ...namespaceErrors(request, facts).map((error) => ({ about: "namespace" as const, error })),
    ...baselineErrors(request, facts).map((error) => ({ about: "baseline" as const, error })),
    ...registryErrors(request, facts).map((error) => ({ about: "registry" as const, error })),
    ...capacityErrors(request, facts).map((error) => ({ about: "capacity" as const, error })),
  ];
}

/** Finds why an environment must not use an existing namespace. */
export function namespaceErrors(
  claim: NamespaceClaim,
  {
    cluster,
    existing,
  }: { readonly cluster: { readonly name: string } } & Pick<TenancyFacts, "existing">,
): UserError[] {
  if (existing === undefined) {
    return [];
  }
  const { namespace } = claim;
  const { labels = {}, deletionTimestamp } = existing.metadata;
  if (!isOwn(claim, labels)) {
    const stack = labels[STACK_LABEL];
    const whose =
      stack === undefined
        ? "it was not made by this project"
        : `it is stack "${stack}" of project "${labels[PROJECT_LABEL] ?? "unknown"}", id ${labels[ID_LABEL] ?? "none"}`;
    return [
      new UserError(
        `namespace "${namespace}" of cluster "${cluster.name}" exists already and belongs to another owner: ${whose}`,
        "rename the stack, or ask the owner to remove the namespace",
      ),
    ];
  }
  return deletionTimestamp === undefined
    ? []
    : [
        new UserError(
          `namespace "${namespace}" of cluster "${cluster.name}" has been terminating since ${deletionTimestamp}`,
          `wait until it is gone; \`kubectl get namespace ${namespace} -o yaml\` shows the reason in its conditions`,
        ),
      ];
}

/**
 * The id decides. A namespace from before there were ids belongs to the environment only while its state contains it.
 */
function isOwn(
  { owner, proof }: NamespaceClaim,
  labels: Readonly<Record<string, string>>,
): boolean {
  const isNamedSo = [PROJECT_LABEL, STACK_LABEL].every((label) => labels[label] === owner[label]);
  if (proof === undefined) {
    return isNamedSo;
  }
  const carried = labels[ID_LABEL];
  return carried === undefined ? isNamedSo && proof.isInState : carried === proof.id;
}

function baselineErrors(
  { namespace, baseline }: TenancyRequest,
  { cluster, baseline: existing }: TenancyFacts,
): UserError[] {
  if (baseline === undefined) {
    return [];
  }
  const { labels = {}, deletionTimestamp } = existing?.metadata ?? {};
  const isItself = baseline.namespace === namespace;
  return !isItself && labels[STACK_LABEL] === baseline.namespace && deletionTimestamp === undefined
    ? []
    : [
        new UserError(
          `baseline "${baseline.stack}" is not ${isItself ? "another" : "a"} running environment on cluster "${cluster.name}"`,
          "pulumi config set baseline <stack of an environment on the same cluster>",
        ),
      ];
}

function registryErrors(
  { registryAccess }: TenancyRequest,
  { cluster }: TenancyFacts,
): UserError[] {
  return registryAccess === "integration" && !cluster.registryIntegration
    ? [
        new UserError(
          `the shared cluster "${cluster.name}" is not integrated with the account's registry, and an environment must not change that`,
          "pulumi config set --path registry.access pullSecret",
        ),
      ]
    : [];
}

function capacityErrors(
  request: TenancyRequest,
  { cluster, sizes, claims }: TenancyFacts,
): UserError[] {
  const largest = largestOf(cluster.pools, sizes);
  if (largest instanceof UserError) {
    return [largest];
  }
  const others = claims.filter(({ namespace }) => namespace !== request.namespace);
  try {
    requireRoom(request, others, largest.capacity, request.overcommit);
    return [];
  } catch (error) {
    if (error instanceof UserError) {
      return [error];
    }
    throw error;
  }
}

/** Node pools at their maximum, or the sizes that are unknown. */
export function largestOf(
  pools: readonly Pool[],
  sizes: readonly PricedSize[],
): Largest | UserError {
  const nodes = pools.map(({ size, count }) => ({
    slug: size,
    count,
    size: sizes.find(({ slug }) => slug === size),
  }));
  const unknown = nodes.flatMap(({ slug, size }) => (size === undefined ? [slug] : []));
  if (unknown.length > 0) {
    return new UserError(
      `the account's list of sizes does not have ${unknown.join(", ")}, so the capacity of the shared cluster's nodes is unknown`,
      "move the cluster's nodes to a size that `doctl compute size list` lists",
    );
  }
  const known = nodes.flatMap(({ count, size }) => (size === undefined ? [] : [{ count, size }]));
  return {
    capacity: capacityOf(known),
    pools: known,
    nodes: known.reduce((total, { count }) => total + count, 0),
    usdPerHour: known.reduce((total, { count, size }) => total + count * size.usdPerHour, 0),
  };
}
