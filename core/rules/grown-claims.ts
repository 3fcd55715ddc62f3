import { type KubernetesObject, valueAt } from "../manifests/manifest";
import { parseQuantity } from "../quantity";
import type { Existing } from "./left-claims";
import type { ClusterFault } from "./served-kinds";

/**
 * Claim templates of StatefulSets whose size exceeds that of existing claims. Kubernetes creates a claim once, as
 * `<template>-<set>-<n>`, and does not change it with its template. An update does expand a claim in the tree itself.
 *
 * @param claims - the cluster's
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#volume-claim-templates
 */
export function grownClaims(
  objects: readonly KubernetesObject[],
  claims: readonly Existing[],
): ClusterFault[] {
  return objects
    .filter(({ kind }) => kind === "StatefulSet")
    .flatMap((set) =>
      templatesIn(set).flatMap((template) => {
        const wanted = String(valueAt(template, "spec", "resources", "requests", "storage"));
        const small = claimsOf(set, template, claims).filter(
          ({ spec }) => (sizeOf(spec) ?? Number.POSITIVE_INFINITY) < (parseQuantity(wanted) ?? 0),
        );
        return small.length === 0 ? [] : [grown(set, wanted, small)];
      }),
    );
}

function grown(
  { metadata: { name, namespace } }: KubernetesObject,
  wanted: string,
  claims: readonly Existing[],
): ClusterFault {
  const sizes = claims.map(({ metadata, spec }) => `${metadata.name} (${String(storageOf(spec))})`);
  const request = JSON.stringify({ spec: { resources: { requests: { storage: wanted } } } });
  const named = claims.map(({ metadata }) => `pvc/${metadata.name}`).join(" ");
  const within = namespace === undefined ? "" : `-n ${namespace} `;
  return {
    message: `StatefulSet/${name}: its claim template requests ${wanted} now, but Kubernetes does not expand existing claims: ${sizes.join(", ")}`,
    fix: `expand them: kubectl ${within}patch ${named} --patch '${request}'`,
  };
}

function claimsOf(
  { metadata: { name, namespace } }: KubernetesObject,
  template: unknown,
  claims: readonly Existing[],
): Existing[] {
  const prefix = `${String(valueAt(template, "metadata", "name"))}-${name}-`;
  return claims.filter(
    ({ metadata }) =>
      (namespace === undefined || metadata.namespace === namespace) &&
      metadata.name.startsWith(prefix) &&
      /^\d+$/.test(metadata.name.slice(prefix.length)),
  );
}

function templatesIn({ spec }: KubernetesObject): readonly unknown[] {
  const templates = valueAt(spec, "volumeClaimTemplates");
  return Array.isArray(templates) ? templates : [];
}

function storageOf(claim: unknown): unknown {
  return valueAt(claim, "resources", "requests", "storage");
}

function sizeOf(claim: unknown): number | undefined {
  return parseQuantity(String(storageOf(claim)));
}
