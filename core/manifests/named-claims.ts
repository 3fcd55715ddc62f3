import { parseQuantity } from "../quantity";
import { replicasOf } from "./autoscaling";
import { type KubernetesObject, valueAt } from "./manifest";

const BYTES_PER_GIB = 2 ** 30;

/** A claim that has the same name whenever its environment is created again. */
export interface NamedClaim {
  readonly name: string;
  readonly giB: number;
  /** @default - the cluster's default class */
  readonly storageClass?: string;
  readonly volumeMode: "Filesystem" | "Block";
  readonly accessModes: readonly string[];
}

/**
 * The claims in a tree, and those of its StatefulSets, which Kubernetes names `<template>-<set>-<n>`. A generic
 * ephemeral volume's claim is deleted with its pod, so it has no data to keep.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-storage
 */
export function namedClaims(objects: readonly KubernetesObject[]): NamedClaim[] {
  return objects.flatMap((object) => {
    const { kind, metadata, spec } = object;
    if (kind === "PersistentVolumeClaim") {
      return [claimOf(metadata.name, spec)];
    }
    const templates = kind === "StatefulSet" ? valueAt(spec, "volumeClaimTemplates") : undefined;
    const first = valueAt(spec, "ordinals", "start");
    const start = typeof first === "number" ? first : 0;
    const ordinals = Array.from({ length: replicasOf(object, objects) }, (_, n) => start + n);
    return (Array.isArray(templates) ? templates : []).flatMap((template: unknown) =>
      ordinals.map((ordinal) =>
        claimOf(
          `${String(valueAt(template, "metadata", "name"))}-${metadata.name}-${ordinal}`,
          valueAt(template, "spec"),
        ),
      ),
    );
  });
}

function claimOf(name: string, spec: unknown): NamedClaim {
  const storage = valueAt(spec, "resources", "requests", "storage");
  const storageClass = valueAt(spec, "storageClassName");
  const modes = valueAt(spec, "accessModes");
  return {
    name,
    giB: Math.max(1, Math.ceil((parseQuantity(String(storage)) ?? 0) / BYTES_PER_GIB)),
    ...(typeof storageClass === "string" ? { storageClass } : {}),
    volumeMode: valueAt(spec, "volumeMode") === "Block" ? "Block" : "Filesystem",
    accessModes: Array.isArray(modes) ? modes.map(String) : ["ReadWriteOnce"],
  };
}
