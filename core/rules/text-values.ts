import type { KubernetesObject } from "../manifests/manifest";
import type { ClusterFault } from "./served-kinds";
import { textMapsIn } from "./text-maps";

/**
 * Values that have to be texts, and are numbers or booleans because nobody has quoted them: the API server refuses the
 * object, once those before it are there.
 */
export function unquotedValues(objects: readonly KubernetesObject[]): ClusterFault[] {
  return objects.flatMap((object) =>
    textMapsIn(object).flatMap(({ path, map }) =>
      Object.entries(map)
        .filter(([, value]) => ["number", "boolean"].includes(typeof value))
        .map(([name, value]) => ({
          message: `${object.kind}/${object.metadata.name}: ${path}.${name} is ${String(value)} without quotes, but Kubernetes accepts only strings there`,
          fix: `write it as "${String(value)}"`,
        })),
    ),
  );
}
