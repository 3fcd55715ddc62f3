/** The differences between the live object and new inputs, property by property. */
import {
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  UNKNOWN,
} from "../../protocol/properties";
import type { PropertyDiff } from "../../protocol/provider";

type Path = readonly (string | number)[];

/**
 * The differences by property path.
 *
 * @param live - the live object, pruned to the fields of the old inputs
 * @param forceNew paths of which any change makes a new object.
 */
export function difference(
  live: PropertyMap,
  inputs: PropertyMap,
  forceNew: readonly string[],
): Record<string, PropertyDiff> {
  const found: Record<string, PropertyDiff> = {};
  const rules = forceNew.map((rule) => rule.replaceAll("[*]", ".*").split("."));

  function add(path: Path, kind: PropertyDiff["kind"], value: PropertyValue): void {
    found[formatPath(path)] = {
      kind,
      replace: rules.some((rule) => touches(path, value, rule)),
      inputDiff: kind === "delete",
    };
  }

  function compare(
    path: Path,
    before: PropertyValue | undefined,
    after: PropertyValue | undefined,
  ): void {
    if (after === undefined) {
      add(path, "delete", null);
    } else if (before === undefined) {
      add(path, "add", after);
    } else if (isPropertyMap(before) && isPropertyMap(after)) {
      for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
        compare([...path, key], before[key], after[key]);
      }
    } else if (Array.isArray(before) && Array.isArray(after)) {
      for (let index = 0; index < Math.max(before.length, after.length); index += 1) {
        compare([...path, index], before[index], after[index]);
      }
    } else if (before !== after || after === UNKNOWN) {
      add(path, "update", after);
    }
  }

  compare([], live, inputs);
  return found;
}

/** `spec.containers[0].image`; a key with a special character stands in brackets. */
function formatPath(path: Path): string {
  return path
    .map((element, index) => {
      if (typeof element === "number") {
        return `[${element}]`;
      }
      if (/[."[\]]/.test(element)) {
        return `["${element.replaceAll('"', '\\"')}"]`;
      }
      return index === 0 ? element : `.${element}`;
    })
    .join("");
}

/** The elements of a property path such as `metadata.annotations["a.b/c"]` or `spec.ports[0]`. */
export function parsePath(path: string): Path {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, plain]) => {
      if (index !== undefined) {
        return index === "*" ? "*" : Number(index);
      }
      return quoted?.replaceAll('\\"', '"') ?? plain ?? "";
    },
  );
}

/** Whether `outer` is `inner` or leads to it. */
export function leadsTo(outer: Path, inner: Path): boolean {
  return (
    outer.length <= inner.length &&
    outer.every((element, index) => element === "*" || element === inner[index])
  );
}

/** Whether a change at `path`, which puts `value` there, is one at or below the rule's path, or contains it. */
function touches(path: Path, value: PropertyValue, rule: readonly string[]): boolean {
  const shared = Math.min(path.length, rule.length);
  for (let index = 0; index < shared; index += 1) {
    if (rule[index] !== "*" && rule[index] !== path[index]) {
      return false;
    }
  }
  return hasValueAt(value, rule.slice(shared));
}

function hasValueAt(value: PropertyValue, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) {
    return true;
  }
  if (key === "*") {
    return Array.isArray(value) && value.some((element) => hasValueAt(element, rest));
  }
  const inner = isPropertyMap(value) ? value[key] : undefined;
  return inner !== undefined && hasValueAt(inner, rest);
}
