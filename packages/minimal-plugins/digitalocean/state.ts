/** From inputs to outputs and back. */
import {
  annotateSecrets,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  Secret,
  stripSecrets,
  UNKNOWN,
} from "../protocol/properties";
import { DEFAULTS } from "./fields";
import type { ResourceType } from "./resource-type";

/** The outputs of a planned resource: its inputs, and unknown outputs of the API. */
export function proposedOutputs(
  { inputs: fields, outputs }: ResourceType,
  inputs: PropertyMap,
): PropertyMap {
  const choices = Object.keys(fields).filter((name) => fields[name]?.computed);
  const given = Object.entries(inputs).map(([name, value]): [string, PropertyValue] => [
    name,
    isPropertyMap(value) ? { ...unknowns(fields[name]?.outputs ?? []), ...value } : value,
  ]);
  return { ...unknowns([...outputs, ...choices]), ...Object.fromEntries(given) };
}

function unknowns(names: readonly string[]): PropertyMap {
  return Object.fromEntries(names.map((name): [string, PropertyValue] => [name, UNKNOWN]));
}

/** The inputs for creating a resource: unwrapped from secrets, without the bookkeeping of checks. */
export function plainInputs(inputs: PropertyMap): PropertyMap {
  const { [DEFAULTS]: _, ...given } = stripSecrets(inputs);
  return given;
}

/** The inputs, with fields that the state adds to their objects, such as the id of a cluster's pool. */
export function withKeptOutputs(news: PropertyMap, olds: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(news).map(([name, value]): [string, PropertyValue] => {
      const old = olds[name];
      return [name, isPropertyMap(value) && isPropertyMap(old) ? { ...old, ...value } : value];
    }),
  );
}

/** Outputs with their secrets marked. */
export function withSecrets(
  { secretOutputs }: ResourceType,
  outputs: PropertyMap,
  origin: PropertyMap,
): PropertyMap {
  const marked = Object.entries(outputs).map(([name, value]): [string, PropertyValue] => [
    name,
    secretOutputs.includes(name) ? new Secret(value) : value,
  ]);
  return annotateSecrets(Object.fromEntries(marked), origin);
}

/** The inputs that would have led to the outputs, without those that the program omitted. */
export function asFound(inputs: PropertyMap, outputs: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, input]): [string, PropertyValue] => {
      const output = outputs[name];
      if (isPropertyMap(input) && isPropertyMap(output)) {
        return [name, asFound(input, output)];
      }
      return [name, output === undefined || isSameSet(input, output) ? input : output];
    }),
  );
}

/** Whether two lists differ only in their order. */
function isSameSet(a: PropertyValue, b: PropertyValue): boolean {
  const sorted = (list: PropertyValue[]): string =>
    JSON.stringify(list.map((element) => JSON.stringify(element)).sort());
  return Array.isArray(a) && Array.isArray(b) && sorted(a) === sorted(b);
}
