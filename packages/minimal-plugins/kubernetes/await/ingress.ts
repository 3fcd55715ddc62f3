/** An Ingress is ready when it has an address and the Services its paths lead to have endpoints. */
import type { KubernetesObject } from "../api/object";
import { type Awaiter, type Readiness, ready, type View, waiting } from "./readiness";

interface Ingress extends KubernetesObject {
  readonly spec?: {
    readonly rules?: readonly {
      readonly http?: {
        readonly paths?: readonly {
          readonly backend?: { readonly service?: { readonly name?: string } };
        }[];
      };
    }[];
  };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly object[] } };
}

interface Service extends KubernetesObject {
  readonly spec?: { readonly type?: string };
}

/** Services without endpoints by then may never get any. */
const SETTLE_MS = 10_000;

const NO_TARGET = "a rule of the Ingress leads to a Service without endpoints";
const NO_ADDRESS = "no ingress controller has given the Ingress an address";

export const ingress: Awaiter = {
  related: [
    { apiVersion: "v1", kind: "Service" },
    { apiVersion: "v1", kind: "Endpoints" },
  ],
  onRead: true,
  assess: (view) => assess(view as View<Ingress>),
};

function assess(view: View<Ingress>): Readiness {
  const { spec, status } = view.object;
  const targets = (spec?.rules ?? [])
    .flatMap(({ http }) => http?.paths ?? [])
    .flatMap(({ backend }) => backend?.service?.name ?? []);
  const reachable = new Set([
    ...view.all("Endpoints").map(({ metadata }) => metadata.name),
    ...view
      .all<Service>("Service")
      .filter((candidate) => candidate.spec?.type === "ExternalName")
      .map(({ metadata }) => metadata.name),
  ]);
  const hasAddress = (status?.loadBalancer?.ingress?.length ?? 0) > 0;
  const addressless = hasAddress ? [] : [NO_ADDRESS];
  const settlesInMs = SETTLE_MS - view.quietFor("Endpoints");
  if (!targets.every((name) => reachable.has(name)) && settlesInMs > 0) {
    return {
      ...waiting(NO_TARGET, NO_TARGET, ...addressless),
      settlesInMs,
    };
  }
  return hasAddress ? ready("the Ingress has an address") : waiting(NO_ADDRESS);
}
