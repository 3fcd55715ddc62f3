import { type KubernetesObject, listAt, valueAt } from "../manifests/manifest";
import { claimSpec, PROVISIONER, STORAGE_CLASSES } from "../manifests/volumes";
import { allows } from "./operators";
import { podSpecsIn } from "./pod-specs";
import type { ClusterFault } from "./served-kinds";

export interface StorageClasses {
  readonly storage: readonly string[];
  /** Names of those whose volumes stay when their claims go. */
  readonly retaining: readonly string[];
  /** The one of a claim that names none. @default - there is none */
  readonly defaultStorage?: string;
  /** Names of the drivers that make volumes. */
  readonly drivers: readonly string[];
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
  readonly provisioner?: unknown;
}

/** Both names count. @see https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/volume/util/storageclass.go */
const DEFAULT_CLASS = [
  "storageclass.kubernetes.io/is-default-class",
  "storageclass.beta.kubernetes.io/is-default-class",
];

/** Of several default classes Kubernetes takes the one that was created last. @param drivers - names of the cluster's CSIDrivers */
export function storageClassesOf(
  classes: readonly StorageClass[],
  drivers: readonly string[] = [],
): StorageClasses {
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
    drivers,
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
  const fitting = storage.filter(
    (name) => !retaining.includes(name) && driverMissing(name, objects, own.drivers) === undefined,
  );
  const otherwise =
    fitting.length > 0
      ? `name one of ${fitting.join(", ")}`
      : "put a StorageClass with the reclaim policy Delete, with its driver, into the tree";
  const title = `${object.kind}/${object.metadata.name}`;
  const claims = claimSpecsIn(object)
    .filter((spec) => !valueAt(spec, "volumeName"))
    .map((spec) => ({
      name: valueAt(spec, "storageClassName") ?? defaultStorage,
      mode: listAt(spec, "accessModes").find((mode) => !ACCESS_MODES.includes(String(mode))),
    }));
  const ofModes = claims
    .filter(({ name, mode }) => mode !== undefined && isBlockStorage(name, objects))
    .map(({ name, mode }) => ({
      message: `${title}: it asks for ${String(mode)}, and a volume of StorageClass "${name as string}" is for one node at a time`,
      fix: `ask for ${ACCESS_MODES[0]}, or put a StorageClass with another driver into the tree`,
    }));
  const ofClasses = [...new Set(claims.map(({ name }) => name))].flatMap((name) => {
    // An empty name asks for a volume that exists.
    if (typeof name !== "string" || name === "") {
      return [];
    }
    if (!storage.includes(name)) {
      const message = `${title}: the cluster has no StorageClass "${name}", and neither has the tree`;
      return [{ message, fix: otherwise }];
    }
    const driver = driverMissing(name, objects, own.drivers);
    if (driver !== undefined) {
      const message = `${title}: nothing makes volumes of StorageClass "${name}": the cluster has no driver "${driver}", and neither has the tree`;
      return [{ message, fix: `${otherwise}, or set its provisioner to ${PROVISIONER}` }];
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
  return [...ofModes, ...ofClasses];
}

/** What DigitalOcean's block storage can do. @see https://github.com/digitalocean/csi-digitalocean/blob/v4.16.0/driver/controller.go (supportedAccessMode) */
const ACCESS_MODES = ["ReadWriteOnce", "ReadWriteOncePod"];

/** Whether DigitalOcean's driver makes the volumes of a class. */
function isBlockStorage(name: unknown, objects: readonly KubernetesObject[]): boolean {
  const own = objects.find(
    ({ kind, metadata }) => kind === "StorageClass" && metadata.name === name,
  ) as StorageClass | undefined;
  return own === undefined
    ? STORAGE_CLASSES.includes(String(name))
    : own.provisioner === PROVISIONER;
}

/** With the classes of the tree, which take the place of the cluster's of the same name. */
function withOwn(objects: readonly KubernetesObject[], known: StorageClasses): StorageClasses {
  const own = storageClassesOf(objects.filter(({ kind }) => kind === "StorageClass"));
  const others = (names: readonly string[]) => names.filter((name) => !own.storage.includes(name));
  return {
    ...known,
    ...own,
    drivers: [
      ...known.drivers,
      ...objects.filter(({ kind }) => kind === "CSIDriver").map(({ metadata }) => metadata.name),
    ],
    storage: [...others(known.storage), ...own.storage],
    retaining: [...others(known.retaining), ...own.retaining],
  };
}

/** Specifications of PersistentVolumeClaims that an object is or makes, or its pods do. */
function claimSpecsIn(object: KubernetesObject): unknown[] {
  const { kind, spec } = object;
  const lasting = kind === "StatefulSet" ? valueAt(spec, "volumeClaimTemplates") : [];
  return [
    ...(kind === "PersistentVolumeClaim" ? [claimSpec(object)] : []),
    ...(Array.isArray(lasting) ? (lasting as unknown[]) : []).map(claimSpec),
    ...podSpecsIn(spec)
      .flatMap(({ volumes = [] }) => volumes)
      .flatMap((volume) => valueAt(volume, "ephemeral", "volumeClaimTemplate") ?? [])
      .map(claimSpec),
  ];
}

const MAKING_VOLUMES = { group: "", resource: "persistentvolumes", verb: "create" } as const;
/** Its volumes are made by hand. @see https://kubernetes.io/docs/concepts/storage/storage-classes/#local */
const BY_HAND = "kubernetes.io/no-provisioner";

/**
 * The provisioner of a class of the tree, when nothing is known that makes its volumes. One that the tree brings need not be a
 * CSI driver, but must be allowed to create PersistentVolumes.
 */
function driverMissing(
  name: string,
  objects: readonly KubernetesObject[],
  drivers: readonly string[],
): string | undefined {
  const own = objects.find(
    ({ kind, metadata }) => kind === "StorageClass" && metadata.name === name,
  ) as StorageClass | undefined;
  const provisioner = own?.provisioner;
  return typeof provisioner !== "string" ||
    [BY_HAND, ...drivers].includes(provisioner) ||
    objects.some((object) => allows(object, MAKING_VOLUMES))
    ? undefined
    : provisioner;
}

function createdAt({ creationTimestamp }: StorageClass["metadata"]): number {
  return creationTimestamp === undefined ? Number.POSITIVE_INFINITY : Date.parse(creationTimestamp);
}
