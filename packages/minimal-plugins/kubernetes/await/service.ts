/** A Service is ready when it has its address and its endpoints have settled. */
import type { KubernetesObject } from "../api/object";
import { type Awaiter, type Readiness, ready, type View, waiting } from "./readiness";

interface Service extends KubernetesObject {
  readonly spec?: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly selector?: Readonly<Record<string, string>>;
  };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly object[] } };
}

interface Endpoints extends KubernetesObject {
  readonly subsets?: readonly {
    readonly addresses?: readonly object[];
    readonly notReadyAddresses?: readonly object[];
  }[];
}

/**
 * The official provider lets the endpoints settle for so long after each event: it is content when one such
 * time is over after the last event, be it an earlier event's.
 *
 * @see https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/service.go (processEndpointEvent)
 */
const SETTLE_MS = 10_000;

const NO_PODS = "no Pod that .spec.selector matches is ready";
const NO_ADDRESS = "the cloud provider has given the Service no address";
const SETTLING = "the endpoints of the Service settle";
const READY = "the Service is ready";

export const service: Awaiter = {
  related: [{ apiVersion: "v1", kind: "Endpoints" }],
  onRead: true,
  assess: (view) => assess(view as View<Service>),
};

function assess(view: View<Service>): Readiness {
  const { metadata, spec, status } = view.object;
  const hasAddress =
    spec?.type !== "LoadBalancer" || (status?.loadBalancer?.ingress?.length ?? 0) > 0;
  const selectsPods =
    spec?.type !== "ExternalName" &&
    spec?.clusterIP !== "None" &&
    Object.keys(spec?.selector ?? {}).length > 0;
  if (!selectsPods) {
    return hasAddress ? ready(READY) : noAddress();
  }

  const endpoints = view
    .all<Endpoints>("Endpoints")
    .find((one) => one.metadata.name === metadata.name);
  const subsets = endpoints?.subsets ?? [];
  const isPending = subsets.some(({ notReadyAddresses = [] }) => notReadyAddresses.length > 0);
  const isReady = subsets.some(({ addresses = [] }) => addresses.length > 0);
  if (isPending || endpoints === undefined) {
    return waiting(NO_PODS, NO_PODS, ...(hasAddress ? [] : [NO_ADDRESS]));
  }
  if (!hasAddress) {
    return noAddress(...(isReady ? [] : [NO_PODS]));
  }
  const settlesInMs = view.settlesIn("Endpoints", metadata.name, SETTLE_MS);
  if (settlesInMs <= 0) {
    return ready(READY);
  }
  return { ...waiting(isReady ? SETTLING : NO_PODS), settlesInMs };
}

function noAddress(...others: string[]): Readiness {
  return waiting(NO_ADDRESS, ...others, NO_ADDRESS);
}
