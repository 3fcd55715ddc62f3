import { type KubernetesObject, listAt, valueAt } from "../manifests/manifest";

/** A list whose items server-side apply tells apart by some of their fields, and so refuses if two have the same. */
interface KeyedList {
  readonly list: string;
  readonly keys: readonly string[];
  /** What an item is. */
  readonly item: string;
}

/** `x-kubernetes-list-map-keys` in Kubernetes' API. @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy */
const IN_PODS: readonly KeyedList[] = [
  { list: "volumes", keys: ["name"], item: "volume" },
  { list: "imagePullSecrets", keys: ["name"], item: "image pull secret" },
  { list: "hostAliases", keys: ["ip"], item: "host alias" },
  {
    list: "topologySpreadConstraints",
    keys: ["topologyKey", "whenUnsatisfiable"],
    item: "topology spread constraint",
  },
];
const IN_CONTAINERS: readonly KeyedList[] = [
  { list: "env", keys: ["name"], item: "variable" },
  { list: "ports", keys: ["containerPort", "protocol"], item: "port" },
  { list: "volumeMounts", keys: ["mountPath"], item: "mount at" },
  { list: "volumeDevices", keys: ["devicePath"], item: "device" },
];
const WEBHOOKS: KeyedList = { list: "webhooks", keys: ["name"], item: "webhook" };
const BY_KIND: Readonly<Record<string, KeyedList>> = {
  MutatingWebhookConfiguration: WEBHOOKS,
  ServiceAccount: { list: "secrets", keys: ["name"], item: "secret" },
  ValidatingWebhookConfiguration: WEBHOOKS,
};
const DEFAULTS: Readonly<Record<string, string>> = { protocol: "TCP" };

/**
 * Items with the same key in an object or its pods, such as `container web has the variable PORT twice`.
 *
 * @param pod - the specification of its pods, if it has any
 */
export function duplicateItems(object: KubernetesObject, pod: unknown): string[] {
  const own = BY_KIND[object.kind];
  const containers = [...listAt(pod, "initContainers"), ...listAt(pod, "containers")];
  return [
    ...(own === undefined ? [] : duplicatesIn("it", object, own)),
    ...IN_PODS.flatMap((keyed) => duplicatesIn("a pod", pod, keyed)),
    ...containers.flatMap((container) =>
      IN_CONTAINERS.flatMap((keyed) =>
        duplicatesIn(`container ${String(valueAt(container, "name"))}`, container, keyed),
      ),
    ),
  ];
}

function duplicatesIn(owner: string, node: unknown, { list, keys, item }: KeyedList): string[] {
  const found = listAt(node, list)
    .map((one) => keys.map((key) => valueAt(one, key) ?? DEFAULTS[key]))
    .filter((values) => !values.includes(undefined))
    .map((values) => values.map(String).join(" "));
  const twice = new Set(found.filter((key, index) => found.indexOf(key) !== index));
  return [...twice].map((key) => `${owner} has the ${item} ${key} twice`);
}

export function firstTwice(texts: readonly string[]): string | undefined {
  return texts.find((text, index) => texts.indexOf(text) !== index);
}
