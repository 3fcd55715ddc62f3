import { UserError } from "../errors";
import { asEntryService, type Entry, entryAt } from "../manifests/entry";
import { isLoadBalanced } from "../manifests/load-balancers";
import { type KubernetesObject, valueAt } from "../manifests/manifest";

/** The settings for a further host name of an environment. */
export interface HostWish {
  readonly service: string;
  /** Number or name of a port. @default - the most likely one */
  readonly port?: string;
}

/** Keyed by the first part of the name: `api` for `api--alice-dev`. */
export type HostWishes = Readonly<Record<string, HostWish>>;

export interface HostEntry {
  readonly name: string;
  /** The Service and port that answer there. */
  readonly entry: Entry;
}

/** The objects without the Services of further names, none of which can be the environment's entry. */
export function besidesHosts(
  objects: readonly KubernetesObject[],
  services: readonly string[],
): readonly KubernetesObject[] {
  return objects.filter(
    ({ kind, metadata }) => !(kind === "Service" && services.includes(metadata.name)),
  );
}

/**
 * Finds the Services and ports of the further names.
 *
 * @param objects - the objects to deploy; an environment that deploys part of a tree lacks the baseline's Services
 * @throws {UserError} for a Service or port that does not exist
 */
export function hostEntriesOf(
  objects: readonly KubernetesObject[],
  wishes: HostWishes,
): HostEntry[] {
  return Object.entries(wishes).map(([name, { service, port }]) => {
    const found = serviceOf(objects, service);
    if (found === undefined) {
      const known = objects.filter(hasPods).map(({ metadata }) => metadata.name);
      throw new UserError(
        `hosts.${name}.service "${service}" is not a Service with pods in the overlay; the Services with pods are: ${known.join(", ") || "none"}`,
        `pulumi config set --path hosts.${name}.service <service>`,
      );
    }
    return { name, entry: entryAt(asEntryService(found), { port }, `hosts.${name}`) };
  });
}

/**
 * Gives each further name a load balancer where its Service has none, through a Service of its own. Changing the tree's
 * Service instead would release the address when the setting is removed, while the DNS record still points to it.
 *
 * @throws {UserError} when the tree has a Service with that name
 */
export function withLoadBalancers(
  objects: readonly KubernetesObject[],
  hosts: readonly HostEntry[],
): { readonly objects: readonly KubernetesObject[]; readonly hosts: readonly HostEntry[] } {
  const balanced = hosts.map(({ name, entry }) => {
    const service = serviceOf(objects, entry.service);
    return service === undefined || isLoadBalanced(service)
      ? { host: { name, entry }, added: [] }
      : addedFor(name, entry, service, objects);
  });
  return {
    objects: [...objects, ...balanced.flatMap(({ added }) => added)],
    hosts: balanced.map(({ host }) => host),
  };
}

function addedFor(
  name: string,
  entry: Entry,
  { apiVersion, kind, metadata, spec }: KubernetesObject,
  objects: readonly KubernetesObject[],
): { readonly host: HostEntry; readonly added: readonly KubernetesObject[] } {
  const service = `host-${name}`;
  if (objects.some((object) => object.kind === kind && object.metadata.name === service)) {
    throw new UserError(
      `hosts.${name} needs a Service "${service}" for its load balancer, but the overlay already has a Service with that name`,
      `rename it in the overlay, or make Service "${entry.service}" one of type LoadBalancer there`,
    );
  }
  const { annotations: _, ...place } = metadata;
  const ports = valueAt(spec, "ports") as readonly Readonly<Record<string, unknown>>[];
  const { targetPort = entry.port } = ports.find(({ port }) => port === entry.port) ?? {};
  const port = { name: "http", port: entry.port, targetPort };
  const added = {
    apiVersion,
    kind,
    metadata: { ...place, name: service },
    spec: { type: "LoadBalancer", selector: valueAt(spec, "selector"), ports: [port] },
  };
  return { host: { name, entry: { ...entry, service } }, added: [added] };
}

function serviceOf(
  objects: readonly KubernetesObject[],
  name: string,
): KubernetesObject | undefined {
  return objects.find((object) => hasPods(object) && object.metadata.name === name);
}

/** Whether the object is a Service that selects pods of the environment. */
function hasPods({ kind, spec }: KubernetesObject): boolean {
  return (
    kind === "Service" &&
    valueAt(spec, "type") !== "ExternalName" &&
    Object.keys({ ...(valueAt(spec, "selector") as object | undefined) }).length > 0
  );
}
