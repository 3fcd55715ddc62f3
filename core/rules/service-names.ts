import { BASELINE_LABEL } from "../labels";
import type { Condition } from "./condition";

/** A Service as the cluster's DNS calls it. */
const SERVICE = "\\.svc(\\.|$)";
/** The same, of one namespace. */
const serviceOf = (namespace: string) => `^[^.]+\\.${namespace}\\.svc(\\.|$)`;

/** What a Service of type ExternalName leads to is outside the cluster, in its own namespace, or in the baseline's. */
export const staysWithin: Condition = {
  offences: ({ spec }, { namespace, baseline = namespace }) => {
    const { externalName = "" } = (spec ?? {}) as { externalName?: string };
    const isWithin =
      !new RegExp(SERVICE).test(externalName) ||
      [namespace, baseline].some((one) => new RegExp(serviceOf(one)).test(externalName));
    return isWithin ? [] : [`externalName ${externalName}`];
  },
  cel: `object.?spec.?externalName.orValue("").matches(${JSON.stringify(SERVICE)}) ? [object.metadata.namespace, namespaceObject.metadata.?labels[?${JSON.stringify(BASELINE_LABEL)}].orValue(object.metadata.namespace)].exists(one, object.spec.externalName.matches("^[^.]+\\\\." + one + "\\\\.svc(\\\\.|$)")) : true`,
};
