/** Lists that a program may filter and sort. */
import type { PropertyMap, PropertyValue } from "../../protocol/properties";
import { booleanOf, objectsOf, stringOf, stringsOf } from "../values";

/**
 * The records that match all filters, in the order of the sorts.
 *
 * @see https://github.com/digitalocean/terraform-provider-digitalocean: internal/datalist
 * @param keys the record's properties by the names that filters and sorts use, as `price_monthly`.
 * @throws {Error} when a filter or a sort names another key, or holds a value that the key cannot have.
 */
export function select(
  records: readonly PropertyMap[],
  args: PropertyMap,
  keys: Readonly<Record<string, string>>,
): PropertyMap[] {
  const property = (key: string): string => {
    const name = keys[key];
    if (name === undefined) {
      throw new Error(
        `expected key to be one of ${Object.keys(keys).join(", ")}, got ${JSON.stringify(key)}`,
      );
    }
    return name;
  };
  const filters = objectsOf(args, "filters").map((filter) => {
    const name = property(stringOf(filter, "key"));
    return (record: PropertyMap): boolean => matches(record[name] ?? null, filter);
  });
  const comparisons = objectsOf(args, "sorts").map((sort) => {
    const name = property(stringOf(sort, "key"));
    const sign = stringOf(sort, "direction").toLowerCase() === "desc" ? -1 : 1;
    return (a: PropertyMap, b: PropertyMap): number => sign * compare(a[name], b[name]);
  });
  return records
    .filter((record) => filters.every((isMatch) => isMatch(record)))
    .sort((a, b) => comparisons.map((by) => by(a, b)).find((order) => order !== 0) ?? 0);
}

function matches(value: PropertyValue, filter: PropertyMap): boolean {
  const isEqual = matcher(stringOf(filter, "matchBy") || "exact");
  const parts: PropertyValue[] = Array.isArray(value) ? value : [value];
  const isFound = (wanted: string): boolean => parts.some((part) => isEqual(part, wanted));
  const wanted = stringsOf(filter, "values");
  return booleanOf(filter, "all") ? wanted.every(isFound) : wanted.some(isFound);
}

function matcher(matchBy: string): (value: PropertyValue, wanted: string) => boolean {
  switch (matchBy) {
    case "exact":
      return equals;
    case "re":
      return (value, wanted) =>
        typeof value === "string" ? new RegExp(wanted).test(value) : equals(value, wanted);
    case "substring":
      return (value, wanted) =>
        typeof value === "string" ? value.includes(wanted) : equals(value, wanted);
    default:
      throw new Error(`expected matchBy to be one of exact, re, substring, got "${matchBy}"`);
  }
}

/** Filters give numbers and booleans as strings, too. */
function equals(value: PropertyValue, wanted: string): boolean {
  if (typeof value === "number") {
    return value === parsed(wanted, Number(wanted), Number.isFinite(Number(wanted)), "a number");
  }
  if (typeof value === "boolean") {
    return value === parsed(wanted, wanted === "true", /^(true|false)$/.test(wanted), "a boolean");
  }
  return value === wanted;
}

function parsed<T>(text: string, value: T, isValid: boolean, what: string): T {
  if (!isValid) {
    throw new Error(`unable to parse value as ${what}: ${text}`);
  }
  return value;
}

function compare(a: PropertyValue | undefined, b: PropertyValue | undefined): number {
  if (typeof a === "string" && typeof b === "string") {
    return a < b ? -1 : Number(a > b);
  }
  return Number(a) - Number(b);
}
