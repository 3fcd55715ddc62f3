import { type KubernetesObject, valueAt } from "../manifests/manifest";
import { podSpecsIn } from "./pod-specs";
import type { ClusterFault } from "./served-kinds";

/** The storage classes of a cluster. */
export interface StorageClasses {
  /** Names of all of them. */
  readonly storage: readonly string[];
  /** Names of those whose volumes stay when their claims go. */
  readonly retaining: readonly string[];
  /** The one of a claim that names none. @default - there is none */
  readonly defaultStorage?: string;
}

/** What of a StorageClass counts. @see https://kubernetes.io/docs/concepts/storage/storage-classes/ */
export interface StorageClass {
  readonly metadata: {
    readonly name: string;
    readonly annotations?: Readonly<Record<string, string>>;
    /** RFC 3339. @default - it is yet to be created */
    readonly creationTimestamp?: string;
  };
  readonly reclaimPolicy?: unknown;
}

/** Both names count. @see https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/volume/util/storageclass.go */
const DEFAULT_CLASS = [
  "storageclass.kubernetes.io/is-default-class",
  "storageclass.beta.kubernetes.io/is-default-class",
];

/** Of several default classes Kubernetes takes the one that was created last. */
export function storageClassesOf(classes: readonly StorageClass[]): StorageClasses {
  const [newest] = classes
    .filter(({ metadata }) => DEFAULT_CLASS.some((key) => metadata.annotations?.[key] === "true"))
    .map(({ metadata }) => metadata)
    .sort((one, other) => createdAt(other) - createdAt(one));
  return {
    storage: classes.map(({ metadata }) => metadata.name),
    retaining: classes
      .filter(({ reclaimPolicy }) => reclaimPolicy === "Retain")
      .map(({ metadata }) => metadata.name),
    ...(newest === undefined ? {} : { defaultStorage: newest.name }),
  };
}

/**
 * An object's claims of classes that do not exist, or that would keep their volumes, which cost money, after a teardown.
 *
 * @param outlives - whether the cluster stays when the environment goes. Otherwise DigitalOcean deletes the volumes of its
 *   storage driver with it, whatever their classes retain
 */
export function storageFaults(
  object: KubernetesObject,
  objects: readonly KubernetesObject[],
  known: StorageClasses,
  outlives: boolean,
): ClusterFault[] {
  const { storage, defaultStorage, ...own } = withOwn(objects, known);
  const retaining = outlives ? own.retaining : [];
  const fitting = storage.filter((name) => !retaining.includes(name));
  const otherwise =
    fitting.length > 0
      ? `name one of ${fitting.join(", ")}`
      : "put a StorageClass with the reclaim policy Delete, with its driver, into the tree";
  const title = `${object.kind}/${object.metadata.name}`;
  const named = claimSpecsIn(object)
    .filter((spec) => !valueAt(spec, "volumeName"))
    .map((spec) => valueAt(spec, "storageClassName") ?? defaultStorage);
  return [...new Set(named)].flatMap((name) => {
    // An empty name asks for a volume that exists.
    if (typeof name !== "string" || name === "") {
      return [];
    }
    if (!storage.includes(name)) {
      const message = `${title}: the cluster has no StorageClass "${name}", and neither has the tree`;
      return [{ message, fix: otherwise }];
    }
    return retaining.includes(name)
      ? [
          {
            message: `${title}: StorageClass "${name}" has the reclaim policy Retain: its volumes would stay after a teardown, and cost money`,
            fix: otherwise,
          },
        ]
      : [];
  });
}

/** With the classes of the tree, which take the place of the cluster's of the same name. */
function withOwn(objects: readonly KubernetesObject[], known: StorageClasses): StorageClasses {
  const own = storageClassesOf(objects.filter(({ kind }) => kind === "StorageClass"));
  const others = (names: readonly string[]) => names.filter((name) => !own.storage.includes(name));
  return {
    ...known,
    ...own,
    storage: [...others(known.storage), ...own.storage],
    retaining: [...others(known.retaining), ...own.retaining],
  };
}

/** Specifications of PersistentVolumeClaims that an object is or makes, or its pods do. */
function claimSpecsIn({ kind, spec }: KubernetesObject): unknown[] {
  const lasting = kind === "StatefulSet" ? valueAt(spec, "volumeClaimTemplates") : [];
  return [
    ...(kind === "PersistentVolumeClaim" ? [spec] : []),
    ...(Array.isArray(lasting) ? (lasting as unknown[]) : []).map((one) => valueAt(one, "spec")),
    ...podSpecsIn(spec)
      .flatMap(({ volumes = [] }) => volumes)
      .flatMap((volume) => valueAt(volume, "ephemeral", "volumeClaimTemplate", "spec") ?? []),
  ];
}

function createdAt({ creationTimestamp }: StorageClass["metadata"]): number {
  return creationTimestamp === undefined ? Number.POSITIVE_INFINITY : Date.parse(creationTimestamp);
}
