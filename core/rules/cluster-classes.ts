import { type KubernetesObject, valueAt } from "../manifests/manifest";
import { mayUpdate } from "./operators";
import { podSpecsIn } from "./pod-specs";
import type { ClusterFault } from "./served-kinds";
import { type StorageClasses, storageFaults } from "./storage-classes";

export interface ClusterClasses extends StorageClasses {
  readonly ingress: readonly string[];
  /** The default of Ingresses without a class. @default - none */
  readonly defaultIngress?: string;
  readonly gateway: readonly string[];
  readonly snapshot: readonly string[];
  /** Classes that keep snapshots, which cost money, when VolumeSnapshots are deleted. */
  readonly retainingSnapshots: readonly string[];
  /** The default of VolumeSnapshots without a class. @default - none */
  readonly defaultSnapshot?: string;
  readonly priority: readonly string[];
}

/** The class of an Ingress before Kubernetes 1.18. */
const CLASS_ANNOTATION = "kubernetes.io/ingress.class";
const DEFAULT_CLASS = "ingressclass.kubernetes.io/is-default-class";
/** Pulumi does not wait for an object with this annotation. */
const SKIP_AWAIT = "pulumi.com/skipAwait";

/**
 * Objects without a controller, which would never become ready, or whose pods would wait for a volume forever. Also
 * objects whose volumes would remain after a teardown.
 *
 * @param outlives - whether the cluster outlives the environment
 */
export function classlessObjects(
  objects: readonly KubernetesObject[],
  classes: ClusterClasses,
  outlives: boolean,
): ClusterFault[] {
  const ingress = withOwn(classes.ingress, objects, "IngressClass");
  const gateway = withOwn(classes.gateway, objects, "GatewayClass");
  const snapshot = withOwn(classes.snapshot, objects, "VolumeSnapshotClass");
  const priority = withOwn(classes.priority, objects, "PriorityClass");
  const hasDefault = classes.defaultIngress !== undefined || objects.some(isDefaultIngressClass);
  return objects.flatMap((object) => {
    const { kind, metadata, spec } = object;
    const of = (what: string, name: unknown, known: readonly string[], otherwise: string) =>
      typeof name === "string" && name !== "" && !known.includes(name)
        ? [
            {
              message: `${kind}/${metadata.name}: the cluster has no ${what} "${name}", and the tree does not define it`,
              fix: known.length > 0 ? `name one of ${known.join(", ")}` : otherwise,
            },
          ]
        : [];
    switch (kind) {
      case "Ingress":
        return metadata.annotations?.[SKIP_AWAIT] === "true" || servesIngresses(objects)
          ? []
          : ingressFaults(object, ingress, hasDefault);
      case "Gateway":
        return object.apiVersion.startsWith("gateway.networking.k8s.io/")
          ? of("GatewayClass", valueAt(spec, "gatewayClassName"), gateway, INSTALL)
          : [];
      case "VolumeSnapshot":
        return [
          ...of("VolumeSnapshotClass", valueAt(spec, "volumeSnapshotClassName"), snapshot, INSTALL),
          ...(outlives ? retainedSnapshots(object, classes) : []),
        ];
      case "Service":
        return isForNobody(object, objects)
          ? [
              {
                message: `${kind}/${metadata.name}: the cluster has no controller for loadBalancerClass "${String(valueAt(spec, "loadBalancerClass"))}", and the tree does not install one`,
                fix: "remove loadBalancerClass in your own overlay: DigitalOcean's controller handles Services without one",
              },
            ]
          : [];
      default:
        return [
          ...podSpecsIn(spec).flatMap((pod) =>
            of("PriorityClass", valueAt(pod, "priorityClassName"), priority, INSTALL),
          ),
          ...storageFaults(object, objects, classes, outlives),
        ];
    }
  });
}

/** @see https://kubernetes.io/docs/concepts/services-networking/service/#load-balancer-class */
function isForNobody(
  { metadata, spec }: KubernetesObject,
  objects: readonly KubernetesObject[],
): boolean {
  return (
    valueAt(spec, "type") === "LoadBalancer" &&
    Boolean(valueAt(spec, "loadBalancerClass")) &&
    metadata.annotations?.[SKIP_AWAIT] !== "true" &&
    !mayUpdate(objects, "", "services/status")
  );
}

function retainedSnapshots(
  { kind, metadata, spec }: KubernetesObject,
  { snapshot, retainingSnapshots, defaultSnapshot }: ClusterClasses,
): ClusterFault[] {
  const name = valueAt(spec, "volumeSnapshotClassName") ?? defaultSnapshot;
  if (typeof name !== "string" || !retainingSnapshots.includes(name)) {
    return [];
  }
  const fitting = snapshot.filter((one) => !retainingSnapshots.includes(one));
  return [
    {
      message: `${kind}/${metadata.name}: VolumeSnapshotClass "${name}" has the deletion policy Retain: its snapshots would remain after a teardown and cost money`,
      fix:
        fitting.length > 0
          ? `name one of ${fitting.join(", ")}`
          : "ask the cluster's administrator for a VolumeSnapshotClass with the deletion policy Delete",
    },
  ];
}

const INSTALL = "add it and its controller to the tree";
const WITHOUT_INGRESS =
  "add an Ingress controller with its IngressClass to the tree, or replace the Ingress with a Service of type LoadBalancer";

function ingressFaults(
  { kind, metadata, spec }: KubernetesObject,
  known: readonly string[],
  hasDefault: boolean,
): ClusterFault[] {
  const name = valueAt(spec, "ingressClassName") ?? metadata.annotations?.[CLASS_ANNOTATION];
  const title = `${kind}/${metadata.name}`;
  if (typeof name !== "string") {
    return hasDefault
      ? []
      : [
          {
            message: `${title}: it has no class, and the cluster has no default IngressClass`,
            fix: known.length > 0 ? `name one of ${known.join(", ")}` : WITHOUT_INGRESS,
          },
        ];
  }
  return known.includes(name)
    ? []
    : [
        {
          message: `${title}: the cluster has no IngressClass "${name}", and the tree does not define it`,
          fix: known.length > 0 ? `name one of ${known.join(", ")}` : WITHOUT_INGRESS,
        },
      ];
}

/** Whether the tree has an Ingress controller, which needs a role to write the status. Some work without an IngressClass. */
function servesIngresses(objects: readonly KubernetesObject[]): boolean {
  return ["networking.k8s.io", "extensions"].some((group) =>
    mayUpdate(objects, group, "ingresses/status"),
  );
}

function isDefaultIngressClass({ kind, metadata }: KubernetesObject): boolean {
  return kind === "IngressClass" && metadata.annotations?.[DEFAULT_CLASS] === "true";
}

function withOwn(
  names: readonly string[],
  objects: readonly KubernetesObject[],
  kind: string,
): readonly string[] {
  return [
    ...names,
    ...objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name),
  ];
}
