import type { KubernetesObject } from "../../core/manifests/manifest";

/**
 * Finds objects of a fork that give a pod a Secret or a ServiceAccount that the fork does not contain.
 *
 * @returns a sentence without a full stop for each fault
 */
export function foreignReferences(objects: readonly KubernetesObject[]): string[] {
  const own = (kind: string) =>
    objects.filter((one) => one.kind === kind).map(({ metadata }) => metadata.name);
  const known = { Secret: own("Secret"), ServiceAccount: [...own("ServiceAccount"), "default"] };
  return objects.flatMap(({ kind, metadata, spec }) => [
    ...new Set(
      referencesIn(spec)
        .filter(({ to, name }) => !known[to].includes(name))
        .map(
          ({ to, name }) =>
            `${kind}/${metadata.name}: refers to ${to} ${name}, which is not its own`,
        ),
    ),
  ]);
}

interface Reference {
  readonly to: "Secret" | "ServiceAccount";
  readonly name: string;
}

/**
 * Returns all Secrets and ServiceAccounts that a spec names, at any depth.
 *
 * @see https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.35/#podspec-v1-core
 */
function referencesIn(node: unknown): Reference[] {
  if (Array.isArray(node)) {
    return node.flatMap(referencesIn);
  }
  if (typeof node !== "object" || node === null) {
    return [];
  }
  return Object.entries(node).flatMap(([key, value]) => [
    ...referenceAt(key, value),
    ...referencesIn(value),
  ]);
}

function referenceAt(key: string, value: unknown): Reference[] {
  switch (key) {
    // env, envFrom, projected volumes; volumes of other kinds; volumes.
    case "secretKeyRef":
    case "secretRef":
    case "secret":
      return [{ to: "Secret", name: nameIn(value, "name") ?? nameIn(value, "secretName") ?? "?" }];
    case "nodePublishSecretRef":
      return [{ to: "Secret", name: nameIn(value, "name") ?? "?" }];
    case "imagePullSecrets":
      return Array.isArray(value)
        ? value.map((one) => ({ to: "Secret", name: nameIn(one, "name") ?? "?" }))
        : [];
    case "serviceAccountName":
    case "serviceAccount":
      return typeof value === "string" && value !== ""
        ? [{ to: "ServiceAccount", name: value }]
        : [];
    default:
      return [];
  }
}

function nameIn(value: unknown, field: "name" | "secretName"): string | undefined {
  const name = (value as Record<string, unknown> | null)?.[field];
  return typeof name === "string" ? name : undefined;
}
