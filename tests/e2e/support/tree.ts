import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A Kubernetes object. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string } & object;
}

/** Writes a kustomization of objects. @returns its folder */
export function writeTree(folder: string, objects: readonly Manifest[]): string {
  mkdirSync(folder, { recursive: true });
  const resources = objects.map((object, index) => {
    const file = `${index}-${object.kind.toLowerCase()}.yaml`;
    // JSON is YAML.
    writeFileSync(join(folder, file), JSON.stringify(object));
    return file;
  });
  writeFileSync(join(folder, "kustomization.yaml"), JSON.stringify({ resources }));
  return folder;
}

/** How the emulator lets a pod fail: packages/emulator/kubernetes/stages/simulated-failures.ts */
const SIMULATE = "digitalocean-emulator/simulate";

/** A Deployment of one pod with one container. */
export function deployment(
  name: string,
  {
    simulate,
    pod = {},
    container = {},
  }: { simulate?: string; pod?: object; container?: object } = {},
): Manifest {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: {
      selector: { matchLabels: { app: name } },
      template: podTemplate(name, { simulate, pod, container }),
    },
  } as Manifest;
}

export function podTemplate(
  name: string,
  {
    simulate,
    pod = {},
    container = {},
  }: { simulate?: string; pod?: object; container?: object } = {},
): object {
  return {
    metadata: {
      labels: { app: name },
      annotations: simulate === undefined ? {} : { [SIMULATE]: simulate },
    },
    spec: {
      containers: [{ name, image: `registry.example.com/${name}:1`, ...container }],
      ...pod,
    },
  };
}

export function object(apiVersion: string, kind: string, name: string, spec: object): Manifest {
  return { apiVersion, kind, metadata: { name }, spec } as Manifest;
}
