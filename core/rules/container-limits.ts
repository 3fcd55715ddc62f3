import { parseQuantity } from "../quantity";
import { podSpecsIn } from "./pod-specs";

interface Sized {
  readonly name?: string;
  readonly resources?: {
    readonly requests?: Readonly<Record<string, unknown>>;
    readonly limits?: Readonly<Record<string, unknown>>;
  };
}

/** A LimitRange's defaults for containers without limits. */
export interface DefaultLimits {
  readonly cpu?: string;
  readonly memory?: string;
}

/**
 * Containers whose request exceeds their default limit: the API server would refuse each of their pods when a
 * controller creates it.
 */
export function limitFaults(object: unknown, defaults: DefaultLimits): string[] {
  return podSpecsIn(object)
    .flatMap((pod) => [...(pod.initContainers ?? []), ...(pod.containers ?? [])] as Sized[])
    .flatMap(({ name = "", resources: { requests = {}, limits = {} } = {} }) =>
      (["cpu", "memory"] as const).flatMap((resource) => {
        const limit = defaults[resource];
        const asked = requests[resource];
        return limit !== undefined &&
          limits[resource] === undefined &&
          (parseQuantity(String(asked)) ?? 0) > (parseQuantity(limit) ?? 0)
          ? [
              `container ${name} requests ${String(asked)} of ${resource} without a limit, but the default limit is ${limit}; set resources.limits.${resource}`,
            ]
          : [];
      }),
    );
}
