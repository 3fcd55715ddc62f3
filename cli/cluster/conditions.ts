import type { V1Condition } from "@kubernetes/client-node";
import type { CustomResource } from "./api-objects";
import { excerpt } from "./excerpt";
import { change } from "./likely-fix";
import { isOverdue, type Problem } from "./problem";

/** Conditions whose status True is a failure. @see https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md#conditions */
const FAILED = ["Stalled", "Failed"];
/** Conditions whose status True means success, the most specific first. `Programmed` is a Gateway's, `ResolvedRefs` a route's. */
const WELL = ["Accepted", "ResolvedRefs", "Programmed", "Available", "Synced", "Ready"];

/** The report of a custom resource's controller in its status. */
interface Verdict {
  readonly condition: V1Condition;
  readonly isFailure: boolean;
}

/**
 * Returns the reason why a custom resource is not ready, from its conditions; undefined without conditions, or when all are
 * fine.
 */
function conditionProblem(
  { metadata, status = {} }: CustomResource,
  now: Date,
): Problem | undefined {
  const { generation = 0 } = metadata ?? {};
  if (status.observedGeneration !== undefined && status.observedGeneration < generation) {
    return {
      reason: "Reconciling",
      text: "its controller has not processed the change yet",
      isFinal: false,
    };
  }
  const verdict = verdictOf([...(status.conditions ?? []), ...parentConditions(status)]);
  if (verdict === undefined) {
    return undefined;
  }
  const { condition, isFailure } = verdict;
  const { type, reason, message, lastTransitionTime } = condition;
  const said = [reason, message].filter(Boolean).join(": ");
  return {
    reason: reason || type,
    text: `its controller reports ${isFailure ? type : `not ${type}`}${said && `: ${excerpt(said)}`}`,
    isFinal: isFailure || isOverdue(new Date(lastTransitionTime), now),
    fix: change("fix the reported problem in the overlay"),
  };
}

/** Returns a failure, or else the earliest cause for which it is not ready yet. */
function verdictOf(conditions: readonly V1Condition[]): Verdict | undefined {
  const of = (types: readonly string[], isMet: boolean) =>
    types
      .map((type) =>
        conditions.find((one) => one.type === type && (one.status === "True") === isMet),
      )
      .find((one) => one !== undefined);
  const failure = of(FAILED, true);
  const unmet = failure ?? of(WELL, false);
  return unmet && { condition: unmet, isFailure: failure !== undefined };
}

/** Returns a route's conditions for each of its Gateways. @see https://gateway-api.sigs.k8s.io/reference/spec/#routeparentstatus */
function parentConditions(status: CustomResource["status"]): V1Condition[] {
  const parents = status?.parents;
  return Array.isArray(parents)
    ? (parents as { readonly conditions?: V1Condition[] }[]).flatMap(
        ({ conditions = [] }) => conditions,
      )
    : [];
}

const GATEWAY_API = /^gateway\.networking\.k8s\.io\//;

/** Why a custom resource is not ready. Of the Gateway API it is known, too, what keeps any controller away. */
export function customResourceProblem(
  resource: CustomResource,
  {
    customResources,
    takenAt,
  }: { readonly customResources: readonly CustomResource[]; readonly takenAt: Date },
): Problem | undefined {
  const { apiVersion = "", kind = "" } = resource;
  if (!GATEWAY_API.test(apiVersion)) {
    return conditionProblem(resource, takenAt);
  }
  const known = (of: string) =>
    customResources.filter((one) => one.kind === of && GATEWAY_API.test(one.apiVersion ?? ""));
  if (kind === "Gateway") {
    return classProblem(resource, known("GatewayClass")) ?? conditionProblem(resource, takenAt);
  }
  return kind.endsWith("Route")
    ? (parentProblem(resource, known("Gateway")) ?? conditionProblem(resource, takenAt))
    : undefined;
}

/** Where none may be read, nothing is known: every cluster of DigitalOcean has one. */
function classProblem(
  { spec }: CustomResource,
  classes: readonly CustomResource[],
): Problem | undefined {
  const wanted = String(spec?.gatewayClassName);
  const names = classes.map(({ metadata }) => metadata?.name ?? "");
  return names.length === 0 || names.includes(wanted)
    ? undefined
    : {
        reason: "NoController",
        text: `the cluster has no GatewayClass "${wanted}"`,
        isFinal: true,
        fix: change(
          `use an existing one: ${names.join(", ")}, or add "${wanted}" with its controller to the overlay`,
        ),
      };
}

/** A route whose Gateway, in its own namespace, is not there. */
function parentProblem(
  { spec, metadata }: CustomResource,
  gateways: readonly CustomResource[],
): Problem | undefined {
  const refs = (Array.isArray(spec?.parentRefs) ? spec.parentRefs : []) as {
    readonly kind?: string;
    readonly name: string;
    readonly namespace?: string;
  }[];
  const own = refs.filter(
    ({ kind = "Gateway", namespace = metadata?.namespace }) =>
      kind === "Gateway" && namespace === metadata?.namespace,
  );
  const missing = own.find(({ name }) => !gateways.some((one) => one.metadata?.name === name));
  return (
    missing && {
      reason: "NoGateway",
      text: `it is attached to Gateway "${missing.name}", which the namespace does not have`,
      isFinal: true,
      fix: change("correct its parentRefs to name a Gateway of the overlay"),
    }
  );
}
