import type { V1Ingress, V1IngressClass } from "@kubernetes/client-node";
import { nameOf } from "./api-objects";
import { change } from "./likely-fix";
import { isOverdue, type Problem } from "./problem";
import type { Snapshot } from "./snapshot";

/** @see https://kubernetes.io/docs/concepts/services-networking/ingress/#deprecated-annotation */
const CLASS_ANNOTATION = "kubernetes.io/ingress.class";
const DEFAULT_ANNOTATION = "ingressclass.kubernetes.io/is-default-class";

/** Returns the reason why an Ingress has no address; undefined when it has one. */
export function ingressProblem(
  ingress: V1Ingress,
  { objects, unread, takenAt }: Snapshot,
): Problem | undefined {
  if ((ingress.status?.loadBalancer?.ingress?.length ?? 0) > 0) {
    return undefined;
  }
  const { metadata, spec } = ingress;
  const wanted = spec?.ingressClassName ?? metadata?.annotations?.[CLASS_ANNOTATION];
  const hasClass =
    wanted === undefined
      ? objects.IngressClass.some(isDefault)
      : objects.IngressClass.some((one) => nameOf(one) === wanted);
  if (hasClass || unread.includes("IngressClass")) {
    return {
      reason: "Pending",
      text: "its controller has not assigned an address yet",
      isFinal: isOverdue(metadata?.creationTimestamp, takenAt),
    };
  }
  return {
    reason: "NoController",
    text:
      wanted === undefined
        ? "it does not name a class, and the cluster has no default IngressClass"
        : `the cluster has no IngressClass "${wanted}"`,
    isFinal: true,
    fix: change(
      "add an Ingress controller with its IngressClass to the overlay, or replace the Ingress with a Service of type LoadBalancer",
    ),
  };
}

function isDefault({ metadata }: V1IngressClass): boolean {
  return metadata?.annotations?.[DEFAULT_ANNOTATION] === "true";
}
