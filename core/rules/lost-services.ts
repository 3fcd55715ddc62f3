import { type KubernetesObject, listAt, valueAt } from "../manifests/manifest";
import { mayMake } from "./operators";
import { POD_MAKERS } from "./pod-specs";

/** A Service without pods in the tree. */
export interface LostService {
  readonly service: KubernetesObject;
  readonly message: string;
  /** The change in the tree, in the imperative. */
  readonly fix: string;
  /** Whether no part of the tree could create further pods, or change those in the tree. */
  readonly isCertain: boolean;
}

/** Services without pods: their selectors match no pods in the tree, or these have no port of the given name. */
export function lostServices(objects: readonly KubernetesObject[]): LostService[] {
  const isCertain = !mayMake(objects, POD_MAKERS);
  const pods = objects.flatMap(podsIn);
  return objects
    .filter(({ apiVersion, kind }) => kind === "Service" && apiVersion === "v1")
    .flatMap((service) =>
      lossesOf(service, pods, objects).map(({ message, fix }) => ({
        service,
        message: `Service/${service.metadata.name}: ${message}`,
        fix,
        isCertain,
      })),
    );
}

type Labels = Readonly<Record<string, unknown>>;

interface Pods {
  readonly labels: Labels;
  readonly spec: unknown;
}

function lossesOf(
  service: KubernetesObject,
  pods: readonly Pods[],
  objects: readonly KubernetesObject[],
): Pick<LostService, "message" | "fix">[] {
  const selector = (valueAt(service.spec, "selector") ?? {}) as Labels;
  const isSelecting =
    Object.keys(selector).length > 0 && valueAt(service.spec, "type") !== "ExternalName";
  if (!isSelecting || hasAddresses(service, objects)) {
    return [];
  }
  const selected = pods.filter(({ labels }) => isSelected(selector, labels));
  if (selected.length === 0) {
    const wanted = Object.entries(selector).map(([key, value]) => `${key}=${String(value)}`);
    return [
      {
        message: `it selects pods with ${wanted.join(",")}, and no workload of the tree has such pods`,
        fix: "correct its selector to match the labels of its pods, or remove the Service, in the overlay",
      },
    ];
  }
  const named = selected.flatMap(({ spec }) => portsIn(spec));
  return (listAt(service.spec, "ports") as readonly Port[])
    .filter(
      ({ targetPort, protocol = "TCP" }) =>
        typeof targetPort === "string" &&
        targetPort !== "" &&
        !named.includes(`${targetPort} ${protocol}`),
    )
    .map(({ port, targetPort, protocol = "TCP" }) => ({
      message: `port ${port} goes to "${targetPort}", and no container of its pods has a ${protocol} port of that name`,
      fix: "set its targetPort to a port of the container, in the overlay",
    }));
}

/** Labels that Kubernetes itself adds to pods. @see https://kubernetes.io/docs/reference/labels-annotations-taints/ */
const GIVEN =
  /^(?:(?:statefulset|apps|batch)\.kubernetes\.io\/|pod-template-hash$|controller-revision-hash$|pod-template-generation$|job-name$|controller-uid$)/;

function isSelected(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value || GIVEN.test(key));
}

/** Whether it has addresses besides those of its selector's pods. @see https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#ownership */
function hasAddresses(
  { metadata }: KubernetesObject,
  objects: readonly KubernetesObject[],
): boolean {
  return objects.some(
    (object) =>
      object.kind === "EndpointSlice" &&
      valueAt(object.metadata, "labels", "kubernetes.io/service-name") === metadata.name,
  );
}

/** Pods and pod templates at any depth, also in custom resources. */
function podsIn(node: unknown): Pods[] {
  if (Array.isArray(node)) {
    return node.flatMap(podsIn);
  }
  if (typeof node !== "object" || node === null) {
    return [];
  }
  const spec = valueAt(node, "spec");
  return Array.isArray(valueAt(spec, "containers"))
    ? [{ labels: (valueAt(node, "metadata", "labels") ?? {}) as Labels, spec }]
    : Object.values(node).flatMap(podsIn);
}

interface Port {
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: string;
  readonly targetPort?: number | string;
}

/** `<name> <protocol>` of the ports that a Service can name. @see https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/api/v1/pod/util.go (FindPort) */
function portsIn(pod: unknown): string[] {
  const sidecars = listAt(pod, "initContainers").filter(
    (one) => valueAt(one, "restartPolicy") === "Always",
  );
  return [...listAt(pod, "containers"), ...sidecars].flatMap((container) =>
    (listAt(container, "ports") as readonly Port[]).map(
      ({ name = "", protocol = "TCP" }) => `${name} ${protocol}`,
    ),
  );
}
