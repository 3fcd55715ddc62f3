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

/** The outputs of a resource to be: its inputs, and what only the API knows. */
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

/** The inputs that a resource is made from: without secrets, and without what only a check needs to know. */
export function plainInputs(inputs: PropertyMap): PropertyMap {
  const { [DEFAULTS]: _, ...given } = stripSecrets(inputs);
  return given;
}

/** The inputs with what the state has beside them in their objects, such as the id of a cluster's pool. */
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

/** The inputs that would have led to the outputs: what the program left out is left out here. */
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

/** Whether two lists differ in their order only. */
function isSameSet(a: PropertyValue, b: PropertyValue): boolean {
  const sorted = (list: PropertyValue[]): string =>
    JSON.stringify(list.map((element) => JSON.stringify(element)).sort());
  return Array.isArray(a) && Array.isArray(b) && sorted(a) === sorted(b);
}
