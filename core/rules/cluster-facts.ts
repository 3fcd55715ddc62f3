import { isLoadBalanced } from "../manifests/load-balancers";
import type { KubernetesObject } from "../manifests/manifest";
import { type ClusterClasses, classlessObjects } from "./cluster-classes";
import { DOKS_CLASSES, doksServes } from "./doks";
import { foreignNames } from "./foreign-names";
import { foreignVolumes } from "./foreign-volumes";
import { grownClaims } from "./grown-claims";
import { type Existing, leftClaims } from "./left-claims";
import { invalidLoadBalancers } from "./load-balancer-values";
import { type LostService, lostServices } from "./lost-services";
import {
  describeMissing,
  type MissingObject,
  missingBeside,
  missingObjects,
  pathOf,
} from "./missing-objects";
import { NODE_LABELS, unplacedPods } from "./node-labels";
import { type ClusterFault, removedKinds, unservedKinds } from "./served-kinds";
import { type StorageClass, storageClassesOf } from "./storage-classes";
import { invalidTexts } from "./text-grammar";
import { unquotedValues } from "./text-values";
import { invalidObjects } from "./valid-objects";

/** A cluster's abilities, for the objects of a tree. */
export interface ClusterFacts {
  readonly serves: (apiVersion: string, kind: string) => boolean;
  readonly classes: ClusterClasses;
  /** Labels of its nodes. */
  readonly nodeLabels: readonly string[];
  /** PersistentVolumeClaims and StatefulSets in the environment's namespace. */
  readonly claims: readonly Existing[];
  readonly sets: readonly Existing[];
  /** Objects that the tree's pods need and that do not exist. */
  readonly missing: readonly MissingObject[];
  /** Whether the cluster outlives the environment. */
  readonly outlives: boolean;
}

/** The facts about a cluster that will be created for some objects. */
export function newClusterFacts(objects: readonly KubernetesObject[]): ClusterFacts {
  return {
    serves: doksServes,
    classes: DOKS_CLASSES,
    nodeLabels: NODE_LABELS,
    claims: [],
    sets: [],
    missing: missingObjects(objects),
    outlives: false,
  };
}

/**
 * Objects that a cluster would refuse, would accept but never serve, would keep forever, or would not update.
 *
 * @param facts - @default - only checks that are the same for every cluster
 */
export function clusterFaults(
  objects: readonly KubernetesObject[],
  facts?: ClusterFacts,
): ClusterFault[] {
  const always = [
    ...invalidObjects(objects),
    ...unquotedValues(objects),
    ...invalidTexts(objects),
    ...removedKinds(objects),
    ...invalidLoadBalancers(objects),
    ...lostServices(objects).filter(isFault),
  ];
  return facts === undefined
    ? always
    : [
        ...always,
        ...unservedKinds(objects, facts.serves),
        ...classlessObjects(objects, facts.classes, facts.outlives),
        ...foreignVolumes(objects, facts.classes.drivers),
        ...unplacedPods(objects, facts.nodeLabels),
        ...grownClaims(objects, facts.claims),
      ];
}

/** Finds objects that would be created but are rarely intended. Returns a sentence for each. */
export function clusterWarnings(
  objects: readonly KubernetesObject[],
  { claims, sets, missing }: ClusterFacts,
): string[] {
  return [
    ...lostServices(objects)
      .filter((lost) => !isFault(lost))
      .map(warningOf),
    ...missing.map(describeMissing),
    ...foreignNames(objects),
    ...leftClaims(objects, claims, sets),
  ];
}

/**
 * A load balancer costs money, and `up` waits for the entry to answer. Other Services work without pods, and may be
 * unused.
 */
function isFault({ service, isCertain }: LostService): boolean {
  return isCertain && isLoadBalanced(service);
}

function warningOf({ message, fix, isCertain }: LostService): string {
  return isCertain
    ? `${message}. To fix it, ${fix}`
    : `${message}. Unless a controller creates such pods at run time, ${fix}`;
}

interface Found {
  readonly metadata: {
    readonly name: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

/** @see https://kubernetes.io/docs/concepts/storage/volume-snapshot-classes/ */
interface SnapshotClass extends Found {
  readonly deletionPolicy: string;
}

export interface ClusterReader {
  /** @returns undefined for an object that does not exist */
  find<T extends object>(path: string): Promise<T | undefined>;
  /** @returns an empty list when the cluster does not know the kind */
  list<T extends Found>(path: string): Promise<readonly T[]>;
}

/**
 * Reads the facts from an existing cluster.
 *
 * @param objects - their API versions are looked up
 * @param outlives - whether it outlives the environment
 */
export async function readClusterFacts(
  cluster: ClusterReader,
  objects: readonly KubernetesObject[],
  outlives: boolean,
): Promise<ClusterFacts> {
  const apiVersions = [...new Set(objects.map(({ apiVersion }) => apiVersion))];
  const served = new Map(
    await Promise.all(
      apiVersions.map(
        async (apiVersion) => [apiVersion, await kindsOf(cluster, apiVersion)] as const,
      ),
    ),
  );
  const [
    ingress,
    gateway,
    storage,
    drivers,
    snapshot,
    priority,
    nodeLabels,
    claims,
    sets,
    missing,
  ] = await Promise.all([
    cluster.list<Found>("/apis/networking.k8s.io/v1/ingressclasses"),
    namesIn(cluster, "/apis/gateway.networking.k8s.io/v1/gatewayclasses"),
    cluster.list<Found & StorageClass>("/apis/storage.k8s.io/v1/storageclasses"),
    namesIn(cluster, "/apis/storage.k8s.io/v1/csidrivers"),
    cluster.list<SnapshotClass>("/apis/snapshot.storage.k8s.io/v1/volumesnapshotclasses"),
    namesIn(cluster, "/apis/scheduling.k8s.io/v1/priorityclasses"),
    labelsOfNodes(cluster, objects),
    listBeside(cluster, objects, "/api/v1", "persistentvolumeclaims"),
    listBeside(cluster, objects, "/apis/apps/v1", "statefulsets"),
    stillMissing(cluster, missingObjects(objects)),
  ]);
  const defaultIngress = ingress.find(
    ({ metadata }) =>
      metadata.annotations?.["ingressclass.kubernetes.io/is-default-class"] === "true",
  )?.metadata.name;
  const defaultSnapshot = snapshot.find(
    ({ metadata }) =>
      metadata.annotations?.["snapshot.storage.kubernetes.io/is-default-class"] === "true",
  )?.metadata.name;
  return {
    serves: (apiVersion, kind) => served.get(apiVersion)?.includes(kind) ?? false,
    classes: {
      ingress: ingress.map(({ metadata }) => metadata.name),
      defaultIngress,
      gateway,
      ...storageClassesOf(storage, [...DOKS_CLASSES.drivers, ...drivers]),
      snapshot: snapshot.map(({ metadata }) => metadata.name),
      retainingSnapshots: snapshot
        .filter(({ deletionPolicy }) => deletionPolicy === "Retain")
        .map(({ metadata }) => metadata.name),
      defaultSnapshot,
      priority,
    },
    nodeLabels,
    claims,
    sets,
    missing,
    outlives,
  };
}

/** Reads the nodes only for a tree whose pods require more labels than those of every DOKS node, which few do. */
async function labelsOfNodes(
  cluster: ClusterReader,
  objects: readonly KubernetesObject[],
): Promise<readonly string[]> {
  if (unplacedPods(objects, NODE_LABELS).length === 0) {
    return NODE_LABELS;
  }
  const nodes = await cluster.list<Found>("/api/v1/nodes");
  return [...NODE_LABELS, ...nodes.flatMap(({ metadata }) => Object.keys(metadata.labels ?? {}))];
}

/** Lists objects in the namespaces of a tree's objects. */
async function listBeside(
  cluster: ClusterReader,
  objects: readonly KubernetesObject[],
  api: string,
  resource: string,
): Promise<Existing[]> {
  const namespaces = new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []));
  const lists = [...namespaces].map((namespace) =>
    cluster.list<Existing & Found>(`${api}/namespaces/${namespace}/${resource}`),
  );
  return (await Promise.all(lists)).flat();
}

/** The missing objects, without those that were created by hand. */
async function stillMissing(
  cluster: ClusterReader,
  missing: readonly MissingObject[],
): Promise<MissingObject[]> {
  const left = await Promise.all(
    missing.map(async (one) => {
      const path = pathOf(one);
      const found = path === undefined ? undefined : await cluster.find(path);
      return found === undefined ? one : missingBeside(one, found);
    }),
  );
  return left.filter((one) => one !== undefined);
}

async function kindsOf(cluster: ClusterReader, apiVersion: string): Promise<readonly string[]> {
  const root = apiVersion.includes("/") ? "/apis" : "/api";
  const list = await cluster.find<{ readonly resources: readonly { readonly kind: string }[] }>(
    `${root}/${apiVersion}`,
  );
  return list?.resources.map(({ kind }) => kind) ?? [];
}

async function namesIn(cluster: ClusterReader, path: string): Promise<string[]> {
  return (await cluster.list(path)).map(({ metadata }) => metadata.name);
}
