import type { KubernetesObject } from "../../core/manifests/manifest";

/**
 * Kinds that a fork may bring into its namespace. None of them gives rights to anybody: that keeps the namespace's
 * Secrets, such as the registry's credentials, from what runs in its pods.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  v1: [
    "ConfigMap",
    "Namespace",
    "PersistentVolumeClaim",
    "Pod",
    "Secret",
    "Service",
    "ServiceAccount",
  ],
  "apps/v1": ["Deployment", "StatefulSet", "DaemonSet"],
  "batch/v1": ["Job", "CronJob"],
  "autoscaling/v2": ["HorizontalPodAutoscaler"],
  "policy/v1": ["PodDisruptionBudget"],
  "networking.k8s.io/v1": ["Ingress"],
};
/** Kubernetes fills it with the token of whatever ServiceAccount it names. */
const TOKEN_SECRET = "kubernetes.io/service-account-token";

/** DigitalOcean's own annotations: by them a Service takes over a load balancer of the account, whosever it is. */
const ACCOUNT_ANNOTATION = "kubernetes.digitalocean.com/";

/**
 * What is wrong with objects that a fork's overlay renders to: what would give rights, or hand a Secret to a pod that
 * the fork has not brought itself.
 *
 * @param reserved - names of the environment's own Secrets and ServiceAccounts
 * @returns a sentence without a full stop for each fault
 */
export function foreignObjectFaults(
  objects: readonly KubernetesObject[],
  reserved: readonly string[],
): string[] {
  const own = (kind: string) =>
    objects.filter((one) => one.kind === kind).map(({ metadata }) => metadata.name);
  const secrets = own("Secret");
  const accounts = [...own("ServiceAccount"), "default"];
  return objects.flatMap((object) => {
    const { apiVersion, kind, metadata } = object;
    const told = `${kind} ${metadata.name}`;
    if (!ALLOWED[apiVersion]?.includes(kind)) {
      return [`${told} (${apiVersion}) is of a kind that is not allowed of a fork`];
    }
    if (["Secret", "ServiceAccount"].includes(kind) && reserved.includes(metadata.name)) {
      return [`${told} has a name of the environment's own`];
    }
    const annotation = Object.keys(metadata.annotations ?? {}).find((name) =>
      name.startsWith(ACCOUNT_ANNOTATION),
    );
    if (annotation !== undefined) {
      return [`${told} has the annotation ${annotation}, which is not allowed of a fork`];
    }
    if (kind === "Secret" && (object as { type?: unknown }).type === TOKEN_SECRET) {
      return [`${told} is of type ${TOKEN_SECRET}, which is not allowed of a fork`];
    }
    return [
      ...new Set(
        referencesIn(object.spec).flatMap(({ to, name }) => {
          const known = to === "Secret" ? secrets : accounts;
          return known.includes(name)
            ? []
            : [`${told} refers to ${to} ${name}, which is not its own`];
        }),
      ),
    ];
  });
}

interface Reference {
  readonly to: "Secret" | "ServiceAccount";
  readonly name: string;
}

/**
 * All Secrets and ServiceAccounts that a spec names, at any depth.
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
