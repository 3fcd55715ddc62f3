import { parseQuantity } from "../quantity";

/** A Kubernetes object as kustomize renders it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: unknown;
}

/** A Service that is reached from outside through a load balancer. */
export interface Entry {
  readonly service: string;
  readonly port: number;
  readonly scheme: "http" | "https";
  /** The two kinds differ in price, and in what DigitalOcean measures of them. */
  readonly loadBalancer: "http" | "network";
}

/**
 * Left out, it is REGIONAL_NETWORK.
 *
 * @see https://github.com/digitalocean/digitalocean-cloud-controller-manager/blob/master/docs/controllers/services/annotations.md
 */
const LOAD_BALANCER_TYPE = "service.beta.kubernetes.io/do-loadbalancer-type";

/** References of all images that containers and init containers of these objects run, sorted, each once. */
export function imagesOf(objects: readonly KubernetesObject[]): string[] {
  return [...new Set(containerImages(objects))].sort();
}

/** kustomize's own image transformer, too, looks for lists of containers at any depth, custom resources included. */
function containerImages(node: unknown): string[] {
  if (Array.isArray(node)) {
    return node.flatMap(containerImages);
  }
  if (!isRecord(node)) {
    return [];
  }
  const own = [node.containers, node.initContainers]
    .flatMap((list): unknown[] => (Array.isArray(list) ? list : []))
    .flatMap((item) => (isRecord(item) && typeof item.image === "string" ? [item.image] : []));
  return [...own, ...Object.values(node).flatMap(containerImages)];
}

/** Services of type LoadBalancer, in the order of the tree. */
export function entriesOf(objects: readonly KubernetesObject[]): Entry[] {
  return objects.flatMap(({ apiVersion, kind, metadata, spec }) => {
    if (
      apiVersion !== "v1" ||
      kind !== "Service" ||
      !isRecord(spec) ||
      spec.type !== "LoadBalancer"
    ) {
      return [];
    }
    const port = Array.isArray(spec.ports)
      ? (spec.ports as unknown[]).find(isRecord)?.port
      : undefined;
    return typeof port === "number"
      ? [
          {
            service: metadata.name,
            port,
            scheme: port === 443 ? ("https" as const) : ("http" as const),
            loadBalancer:
              metadata.annotations?.[LOAD_BALANCER_TYPE] === "REGIONAL"
                ? ("http" as const)
                : ("network" as const),
          },
        ]
      : [];
  });
}

/** GiB of storage that the objects claim: PersistentVolumeClaims, and those of StatefulSets times their replicas. */
export function volumeGiBOf(objects: readonly KubernetesObject[]): number {
  return objects.reduce((sum, { kind, spec }) => {
    if (kind === "PersistentVolumeClaim") {
      return sum + claimedGiB(spec);
    }
    if (kind === "StatefulSet" && isRecord(spec) && Array.isArray(spec.volumeClaimTemplates)) {
      const replicas = typeof spec.replicas === "number" ? spec.replicas : 1;
      const each = (spec.volumeClaimTemplates as unknown[]).reduce<number>(
        (total, template) => total + (isRecord(template) ? claimedGiB(template.spec) : 0),
        0,
      );
      return sum + replicas * each;
    }
    return sum;
  }, 0);
}

/** A volume is billed in whole GiB. */
function claimedGiB(spec: unknown): number {
  const storage = [spec, "resources", "requests", "storage"].reduce((node, key) =>
    isRecord(node) ? node[key as string] : undefined,
  );
  return Math.ceil((parseQuantity(String(storage)) ?? 0) / 2 ** 30);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
