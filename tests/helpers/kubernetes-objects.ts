import type { KubernetesObject } from "../../core/manifests/manifest";

/** A Service of type LoadBalancer. */
export function loadBalanced(
  name: string,
  ports: readonly object[] = [{ port: 80 }],
  annotations: Readonly<Record<string, string>> = {},
  spec: object = {},
): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, annotations },
    spec: { type: "LoadBalancer", ports, ...spec },
  };
}

/** A Deployment with one container of this image. */
export const running = (image: string): KubernetesObject => ({
  ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" } },
  spec: {
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "web", image }] },
    },
  },
});

/** The spec of a claim. */
export const claimOf = (storage: string, more: object = {}) => ({
  resources: { requests: { storage } },
  ...more,
});

export function object(kind: string, spec: unknown, apiVersion = "v1"): KubernetesObject {
  return { apiVersion, kind, metadata: { name: kind.toLowerCase() }, spec };
}
