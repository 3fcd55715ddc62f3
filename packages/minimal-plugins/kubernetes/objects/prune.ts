/** The part of a live object that the program sets. */
import { isPropertyMap, type PropertyMap, type PropertyValue } from "../../protocol/properties";

/** Keeps the fields of `live` that `inputs` also has: keys of maps, elements of lists by position. */
export function prune(live: PropertyMap, inputs: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(live).flatMap(([key, value]) => {
      const input = inputs[key];
      return input === undefined ? [] : [[key, pruneValue(value, input)]];
    }),
  );
}

function pruneValue(live: PropertyValue, input: PropertyValue): PropertyValue {
  if (isPropertyMap(live) && isPropertyMap(input)) {
    return prune(live, input);
  }
  if (Array.isArray(live) && Array.isArray(input)) {
    return input
      .slice(0, live.length)
      .map((element, index) => pruneValue(live[index] ?? null, element));
  }
  return live;
}
