import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";

export interface DatabaseTree {
  /** Size that each claim of the database asks for. @default "1Gi" */
  readonly size?: string;
  /** Name of the claim that a Deployment uses. @default "files" */
  readonly files?: string;
}

/** Claims of the tree, unless it is told otherwise. */
export const CLAIMS = ["data-db-0", "data-db-1", "files"];

/**
 * Writes the tree of a database of two replicas, each with a claim of its own, and a web server with a plain claim. They are of
 * two storage classes and both volume modes.
 */
export function writeDatabaseTree(folder: string, tree: DatabaseTree = {}): string {
  const { size = "1Gi", files = "files" } = tree;
  const objects = [
    {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "db" },
      spec: {
        serviceName: "db",
        replicas: 2,
        podManagementPolicy: "Parallel",
        selector: { matchLabels: { app: "db" } },
        template: template("db", {
          containers: [{ ...container("db"), volumeMounts: [mount("data")] }],
        }),
        volumeClaimTemplates: [
          {
            metadata: { name: "data" },
            spec: { ...claimSpec(size), storageClassName: "do-block-storage-xfs" },
          },
        ],
      },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web" },
      spec: {
        strategy: { type: "Recreate" },
        selector: { matchLabels: { app: "web" } },
        template: template("web", {
          containers: [
            { ...container("web"), volumeDevices: [{ name: "files", devicePath: "/dev/files" }] },
          ],
          volumes: [{ name: "files", persistentVolumeClaim: { claimName: files } }],
        }),
      },
    },
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: files },
      spec: { ...claimSpec("1Gi"), volumeMode: "Block" },
    },
  ];
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "kustomization.yaml"), stringify({ resources: ["objects.yaml"] }));
  writeFileSync(join(folder, "objects.yaml"), objects.map((one) => stringify(one)).join("---\n"));
  return folder;
}

function template(app: string, spec: object): object {
  return { metadata: { labels: { app } }, spec };
}

function container(name: string): object {
  return { name, image: `registry.example.com/${name}:v1` };
}

function mount(name: string): object {
  return { name, mountPath: `/${name}` };
}

function claimSpec(storage: string): object {
  return { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } } };
}
