import { faultList, UserError } from "../errors";
import type { KubernetesObject } from "../manifests/manifest";
import { isCustom } from "./kinds";

/**
 * Requires that no list of Kubernetes' own kinds has an empty item, such as a lone dash leaves. The API server would refuse it,
 * or read it as an item without fields.
 *
 * @throws {UserError} with all of them
 */
export function requireItems(objects: readonly KubernetesObject[]): void {
  const faults = objects.flatMap((object) =>
    isCustom(object.apiVersion)
      ? []
      : emptyItems(object, "").map((path) => ({
          message: `${object.kind}/${object.metadata.name}: ${path} is empty`,
          fix: "remove the empty item from the list, or complete it",
        })),
  );
  const [first] = faults;
  if (first !== undefined) {
    throw new UserError(
      `the tree cannot be deployed: ${faults.length === 1 ? first.message : faultList(faults)}`,
      `${first.fix}, in the overlay`,
    );
  }
}

/** Paths of the empty items, such as `spec.ports[1]`. */
function emptyItems(node: unknown, path: string): string[] {
  if (Array.isArray(node)) {
    return node.flatMap((item: unknown, index) =>
      item === null ? [`${path}[${index}]`] : emptyItems(item, `${path}[${index}]`),
    );
  }
  return typeof node === "object" && node !== null
    ? Object.entries(node).flatMap(([key, value]) =>
        emptyItems(value, path === "" ? key : `${path}.${key}`),
      )
    : [];
}
