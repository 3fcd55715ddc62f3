import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";

export interface TenantTree {
  /** Whether `web` is reached through a load balancer. */
  readonly loadBalancer?: boolean;
  /** Whether there is a volume. */
  readonly volume?: boolean;
  /** Objects beside `web` and `api`, or instead of them where they bear their names. */
  readonly more?: readonly object[];
}

/** Writes the tree of a shop of two services, `web` and `api`. @returns its folder */
export function writeTenantTree(folder: string, tree: TenantTree = {}): string {
  mkdirSync(folder, { recursive: true });
  const { loadBalancer = false, volume = false, more = [] } = tree;
  const objects = [
    deployment("web"),
    deployment("api"),
    service("web", loadBalancer ? "LoadBalancer" : "ClusterIP"),
    service("api", "ClusterIP"),
    ...(volume ? [claim("data")] : []),
    ...more,
  ];
  const kustomization = { resources: ["objects.yaml"] };
  writeFileSync(join(folder, "kustomization.yaml"), stringify(kustomization));
  writeFileSync(join(folder, "objects.yaml"), objects.map((one) => stringify(one)).join("---\n"));
  return folder;
}

/** A pod's template, with more in its specification and in that of its container. */
export function podTemplate(name: string, spec: object = {}, container: object = {}): object {
  return {
    metadata: { labels: { app: name } },
    spec: {
      containers: [{ name, image: `registry.example.com/${name}:v1`, ...container }],
      ...spec,
    },
  };
}

export function deployment(name: string, template: object = podTemplate(name)): object {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: { selector: { matchLabels: { app: name } }, template },
  };
}

function service(name: string, type: string): object {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name },
    spec: { type, selector: { app: name }, ports: [{ port: 80 }] },
  };
}

function claim(name: string): object {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "5Gi" } } },
  };
}
