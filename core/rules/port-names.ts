import type { ClusterFault } from "./served-kinds";

export interface Port {
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: string;
  readonly targetPort?: unknown;
}

/** The name of a container's port, for Services and probes. @see https://github.com/kubernetes/kubernetes/blob/v1.35.0/staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go (IsValidPortName) */
const PORT_NAME = /^(?=.{1,15}$)(?=.*[a-z])(?!.*--)[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/** @param name - not checked if it is a number or empty */
export function portNameFaults(where: string, name: unknown): ClusterFault[] {
  return typeof name !== "string" || name === "" || PORT_NAME.test(name)
    ? []
    : [
        {
          message: `${where} "${name}", which is not a valid port name`,
          fix: /^\d+$/.test(name)
            ? `write the number without quotes: ${name}`
            : "name it with at most 15 lower-case letters, digits and dashes, a letter among them,",
        },
      ];
}
