import type { KubernetesObject } from "../../../core/manifests/manifest";
import { type ClusterClasses, classlessObjects } from "../../../core/rules/cluster-classes";
import { type Bounds, shortages } from "../../../core/rules/demand";
import { DOKS_CLASSES, doksServes } from "../../../core/rules/doks";
import { type ExistingClaim, grownClaims } from "../../../core/rules/grown-claims";
import { removedKinds, unservedKinds } from "../../../core/rules/served-kinds";
import { type StorageClass, storageClassesOf } from "../../../core/rules/storage-classes";
import type { ClusterObject, ClusterObjects } from "../../shared-clusters/cluster-objects";
import type { PreflightResult } from "./preflight-result";

/** What a cluster can do with the objects of a tree. */
export interface ClusterFacts {
  readonly serves: (apiVersion: string, kind: string) => boolean;
  readonly classes: ClusterClasses;
  /** Those in the namespaces of the tree's StatefulSets. */
  readonly claims: readonly ExistingClaim[];
  /** Whether the cluster stays when the environment goes. */
  readonly outlives: boolean;
}

/** A cluster that is yet to be created. */
export const NEW_CLUSTER: ClusterFacts = {
  serves: doksServes,
  classes: DOKS_CLASSES,
  claims: [],
  outlives: false,
};

/** What the namespace's quota would refuse of a tree. */
export function checkDemand(
  objects: readonly KubernetesObject[],
  bounds: Bounds,
): PreflightResult[] {
  return shortages(objects, bounds).map(({ message, setting, least }) => ({
    check: "tree",
    state: "fault",
    message,
    fix: `--set ${setting}=${least}, or ask for less in an overlay of your own`,
  }));
}

/** What a cluster would not take, what it would take and never serve, keep for ever, or leave as it is. */
export function checkTree(
  objects: readonly KubernetesObject[],
  facts: ClusterFacts,
): PreflightResult[] {
  return [
    ...removedKinds(objects),
    ...unservedKinds(objects, facts.serves),
    ...classlessObjects(objects, facts.classes, facts.outlives),
    ...grownClaims(objects, facts.claims),
  ].map((fault) => ({ check: "tree", state: "fault", ...fault }));
}

type Reader = Pick<ClusterObjects, "find" | "list">;

/**
 * Asks a cluster that is there.
 *
 * @param objects - whose API versions it is asked about
 * @param outlives - whether it stays when the environment goes
 */
export async function readClusterFacts(
  cluster: Reader,
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
  const [ingress, gateway, storage, snapshot, claims] = await Promise.all([
    cluster.list<ClusterObject>("/apis/networking.k8s.io/v1/ingressclasses"),
    namesIn(cluster, "/apis/gateway.networking.k8s.io/v1/gatewayclasses"),
    cluster.list<ClusterObject & StorageClass>("/apis/storage.k8s.io/v1/storageclasses"),
    namesIn(cluster, "/apis/snapshot.storage.k8s.io/v1/volumesnapshotclasses"),
    claimsBeside(cluster, objects),
  ]);
  const defaultIngress = ingress.find(
    ({ metadata }) =>
      metadata.annotations?.["ingressclass.kubernetes.io/is-default-class"] === "true",
  )?.metadata.name;
  return {
    serves: (apiVersion, kind) => served.get(apiVersion)?.includes(kind) ?? false,
    classes: {
      ingress: ingress.map(({ metadata }) => metadata.name),
      ...(defaultIngress === undefined ? {} : { defaultIngress }),
      gateway,
      ...storageClassesOf(storage),
      snapshot,
    },
    claims,
    outlives,
  };
}

/** The claims in the namespaces of a tree's StatefulSets. */
async function claimsBeside(
  cluster: Reader,
  objects: readonly KubernetesObject[],
): Promise<ExistingClaim[]> {
  const namespaces = objects
    .filter(({ kind }) => kind === "StatefulSet")
    .flatMap(({ metadata }) => metadata.namespace ?? []);
  const lists = [...new Set(namespaces)].map((namespace) =>
    cluster.list<ClusterObject>(`/api/v1/namespaces/${namespace}/persistentvolumeclaims`),
  );
  return (await Promise.all(lists)).flat();
}

/** Kinds of an API version; none when it is not served. */
async function kindsOf(cluster: Reader, apiVersion: string): Promise<readonly string[]> {
  const root = apiVersion.includes("/") ? "/apis" : "/api";
  const list = await cluster.find<{ readonly resources: readonly { readonly kind: string }[] }>(
    `${root}/${apiVersion}`,
  );
  return list?.resources.map(({ kind }) => kind) ?? [];
}

async function namesIn(cluster: Reader, path: string): Promise<string[]> {
  return (await cluster.list(path)).map(({ metadata }) => metadata.name);
}
