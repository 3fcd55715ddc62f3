import { type KubernetesObject, keyOf } from "../api/objects";
import type { Gateway, HttpRoute, LabelSelector, Listener, RouteRule } from "./objects";

/** The target of a request. */
export interface Requested {
  /** Without a port. */
  readonly host: string;
  readonly path: string;
}

/** Whether a listener accepts routes of a namespace. By default only those of its own namespace. */
export function allows(gateway: Gateway, listener: Listener, namespace: KubernetesObject): boolean {
  const { from = "Same", selector } = listener.allowedRoutes?.namespaces ?? {};
  switch (from) {
    case "All":
      return true;
    case "Same":
      return namespace.metadata.name === gateway.metadata.namespace;
    case "Selector":
      return selector !== undefined && matches(selector, namespace.metadata.labels ?? {});
  }
}

function matches(
  { matchLabels = {}, matchExpressions = [] }: LabelSelector,
  labels: Readonly<Record<string, string>>,
): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case "Exists":
          return value !== undefined;
        case "DoesNotExist":
          return value === undefined;
        case "In":
          return value !== undefined && values.includes(value);
        case "NotIn":
          return value === undefined || !values.includes(value);
        default:
          return false;
      }
    })
  );
}

/** The result of a route for a request. */
export interface Routed {
  /** Services, as `namespace/name`. */
  readonly backends: readonly string[];
  /** Response headers that replace the Service's. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Returns the target of a request by a Gateway's routes; undefined without a match.
 *
 * @param routes - those that the listeners have taken
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule (which match goes first)
 */
export function routeFor(
  { host, path }: Requested,
  listeners: readonly Listener[],
  routes: readonly HttpRoute[],
): Routed | undefined {
  if (!listeners.some(({ hostname }) => hostname === undefined || covers(hostname, host))) {
    return undefined;
  }
  const candidates = routes.flatMap((route) => {
    const hostname = (route.spec.hostnames ?? ["*"]).find(
      (one) => one === "*" || covers(one, host),
    );
    return hostname === undefined
      ? []
      : (route.spec.rules ?? []).flatMap((rule) => {
          const length = matchLength(rule, path);
          return length === undefined ? [] : [{ route, rule, hostname, length }];
        });
  });
  const [best] = candidates.sort(
    (a, b) =>
      Number(a.hostname.startsWith("*")) - Number(b.hostname.startsWith("*")) ||
      b.hostname.length - a.hostname.length ||
      b.length - a.length ||
      keyOf(a.route).localeCompare(keyOf(b.route)),
  );
  return best && { backends: backendsOf(best.route, best.rule), headers: headersOf(best.rule) };
}

/** `*.example.com` is any host below it. */
function covers(hostname: string, host: string): boolean {
  return hostname.startsWith("*.")
    ? host.endsWith(hostname.slice(1)) && host.length > hostname.length - 1
    : hostname === host;
}

/** Returns the length of a rule's match with the path; undefined if it does not match. */
function matchLength({ matches: all }: RouteRule, path: string): number | undefined {
  const lengths = (all === undefined || all.length === 0 ? [{}] : all).flatMap((match) => {
    const { type = "PathPrefix", value = "/" } =
      (match as { path?: { type?: string; value?: string } }).path ?? {};
    const prefix = value.replace(/\/$/, "");
    const fits =
      type === "Exact" ? path === value : path === prefix || path.startsWith(`${prefix}/`);
    return fits ? [value.length] : [];
  });
  return lengths.length === 0 ? undefined : Math.max(...lengths);
}

/** Returns the headers that filters of type ResponseHeaderModifier set; other filters are not emulated. */
function headersOf({ filters = [] }: RouteRule): Record<string, string> {
  return Object.fromEntries(
    filters.flatMap(({ responseHeaderModifier }) =>
      (responseHeaderModifier?.set ?? []).map(({ name, value }) => [name, value]),
    ),
  );
}

/** Services in other namespaces require a ReferenceGrant, which is not emulated. */
function backendsOf({ metadata: { namespace = "" } }: HttpRoute, rule: RouteRule): string[] {
  return (rule.backendRefs ?? []).flatMap((backend) =>
    (backend.namespace ?? namespace) === namespace ? [`${namespace}/${backend.name}`] : [],
  );
}
