import { isPropertyMap, type PropertyValue } from "../../../protocol/properties";

/** The value at a path; elements of lists by their index. */
export function at(value: PropertyValue | undefined, ...path: string[]): PropertyValue | undefined {
  let current = value;
  for (const key of path) {
    if (Array.isArray(current)) {
      current = current[Number(key)];
    } else {
      current = isPropertyMap(current) ? current[key] : undefined;
    }
  }
  return current;
}
