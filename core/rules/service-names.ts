import { BASELINE_LABEL } from "../labels";
import type { Condition } from "./condition";

/** A Service's DNS name in the cluster. */
const SERVICE = "\\.svc(\\.|$)";
/** The DNS name of a Service in one namespace. */
const serviceOf = (namespace: string) => `^[^.]+\\.${namespace}\\.svc(\\.|$)`;

/** A Service of type ExternalName points outside the cluster, into its own namespace, or into the baseline's. */
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
