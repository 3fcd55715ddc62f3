import { parseQuantity } from "../quantity";
import { podSpecsIn } from "./pod-specs";

interface Sized {
  readonly name?: string;
  readonly resources?: {
    readonly requests?: Readonly<Record<string, unknown>>;
    readonly limits?: Readonly<Record<string, unknown>>;
  };
}

/** What a namespace's LimitRange gives to containers that say nothing. */
export interface DefaultLimits {
  readonly cpu?: string;
  readonly memory?: string;
}

/**
 * Containers that request more than the limit which they get for naming none: the API server would refuse each of their
 * pods, once a controller makes them.
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
              `container ${name} requests ${String(asked)} of ${resource} without a limit, and would get the default limit of ${limit}; set resources.limits.${resource}`,
            ]
          : [];
      }),
    );
}
