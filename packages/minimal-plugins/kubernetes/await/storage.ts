/** Claims and volumes. */
import type { KubernetesObject } from "../api/object";
import { type Awaiter, type Readiness, ready, type View, waiting } from "./readiness";

interface Claim extends KubernetesObject {
  readonly spec?: { readonly storageClassName?: string };
  readonly status?: { readonly phase?: string };
}

interface StorageClass extends KubernetesObject {
  readonly volumeBindingMode?: string;
}

interface Volume extends KubernetesObject {
  readonly status?: { readonly phase?: string };
}

/** A claim is ready when it is bound, or waits for the first pod that uses it, if its class says so. */
export const persistentVolumeClaim: Awaiter = {
  related: [{ apiVersion: "storage.k8s.io/v1", kind: "StorageClass" }],
  assess: (view) => assessClaim(view as View<Claim>),
};

function assessClaim(view: View<Claim>): Readiness {
  const { spec, status } = view.object;
  const storageClass = view
    .all<StorageClass>("StorageClass")
    .find((candidate) => candidate.metadata.name === spec?.storageClassName);
  const phase = status?.phase ?? "unknown";
  if (phase === "Bound") {
    return ready("the claim is bound");
  }
  return phase === "Pending" && storageClass?.volumeBindingMode === "WaitForFirstConsumer"
    ? ready("the claim waits for the first Pod that uses it")
    : waiting(
        `the claim is not bound (phase ${phase}, storage class ${spec?.storageClassName ?? "none"})`,
      );
}

export const persistentVolume: Awaiter = {
  related: [],
  assess: (view) => {
    const { status } = view.object as Volume;
    return status?.phase === "Available" || status?.phase === "Bound"
      ? ready(`the volume is ${status.phase}`)
      : waiting(`the volume is not available (phase ${status?.phase ?? "unknown"})`);
  },
};
