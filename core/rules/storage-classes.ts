import { type KubernetesObject, listAt, valueAt } from "../manifests/manifest";
import { claimSpec, PROVISIONER, STORAGE_CLASSES } from "../manifests/volumes";
import { allows } from "./operators";
import { podSpecsIn } from "./pod-specs";
import type { ClusterFault } from "./served-kinds";

export interface StorageClasses {
  readonly storage: readonly string[];
  /** Names of the classes whose volumes remain when their claims are deleted. */
  readonly retaining: readonly string[];
  /** The default of claims without a class. @default - none */
  readonly defaultStorage?: string;
  /** Names of the storage drivers. */
  readonly drivers: readonly string[];
}

/** The used fields of a StorageClass. @see https://kubernetes.io/docs/concepts/storage/storage-classes/ */
export interface StorageClass {
  readonly metadata: {
    readonly name: string;
    readonly annotations?: Readonly<Record<string, string>>;
    /** RFC 3339. @default - it will be created */
    readonly creationTimestamp?: string;
  };
  readonly reclaimPolicy?: unknown;
  readonly provisioner?: unknown;
}

/** Kubernetes accepts both names. @see https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/volume/util/storageclass.go */
const DEFAULT_CLASS = [
  "storageclass.kubernetes.io/is-default-class",
  "storageclass.beta.kubernetes.io/is-default-class",
];

/**
 * The newest of several default classes is the one that Kubernetes uses. @param drivers - names of the cluster's
 * CSIDrivers
 */
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
 * An object's claims with classes that do not exist, or whose volumes would remain after a teardown and cost money.
 *
 * @param outlives - whether the cluster outlives the environment. Otherwise DigitalOcean deletes its storage driver's
 *   volumes with the cluster, even those of retaining classes
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
      : "add a StorageClass with the reclaim policy Delete and its driver to the tree";
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
      message: `${title}: it requests ${String(mode)}, but a volume of StorageClass "${name as string}" can be attached to only one node`,
      fix: `request ${ACCESS_MODES[0]}, or add a StorageClass with another driver to the tree`,
    }));
  const ofClasses = [...new Set(claims.map(({ name }) => name))].flatMap((name) => {
    // An empty name asks for a volume that exists.
    if (typeof name !== "string" || name === "") {
      return [];
    }
    if (!storage.includes(name)) {
      const message = `${title}: the cluster has no StorageClass "${name}", and the tree does not define it`;
      return [{ message, fix: otherwise }];
    }
    const driver = driverMissing(name, objects, own.drivers);
    if (driver !== undefined) {
      const message = `${title}: no driver creates volumes of StorageClass "${name}": neither the cluster nor the tree has the driver "${driver}"`;
      return [{ message, fix: `${otherwise}, or set its provisioner to ${PROVISIONER}` }];
    }
    return retaining.includes(name)
      ? [
          {
            message: `${title}: StorageClass "${name}" has the reclaim policy Retain: its volumes would remain after a teardown and cost money`,
            fix: otherwise,
          },
        ]
      : [];
  });
  return [...ofModes, ...ofClasses];
}

/** The access modes of DigitalOcean's block storage. @see https://github.com/digitalocean/csi-digitalocean/blob/v4.16.0/driver/controller.go (supportedAccessMode) */
const ACCESS_MODES = ["ReadWriteOnce", "ReadWriteOncePod"];

/** Whether DigitalOcean's driver creates the volumes of a class. */
function isBlockStorage(name: unknown, objects: readonly KubernetesObject[]): boolean {
  const own = objects.find(
    ({ kind, metadata }) => kind === "StorageClass" && metadata.name === name,
  ) as StorageClass | undefined;
  return own === undefined
    ? STORAGE_CLASSES.includes(String(name))
    : own.provisioner === PROVISIONER;
}

/** Adds the classes of the tree, which replace the cluster's of the same name. */
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

/** Specifications of all PersistentVolumeClaims of an object and its pods. */
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
/** Its volumes are created by hand. @see https://kubernetes.io/docs/concepts/storage/storage-classes/#local */
const BY_HAND = "kubernetes.io/no-provisioner";

/**
 * The provisioner of a class in the tree, if nothing is known to create its volumes. A provisioner in the tree need
 * not be a CSI driver, but must be allowed to create PersistentVolumes.
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
