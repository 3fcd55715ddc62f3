/**
 * The state of an object: its live fields, and beside them the inputs it was made from (`__inputs`), the
 * apiVersion it was first created with and the name this resource manages fields under.
 */
import {
  containsSecret,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  Secret,
  stripSecrets,
} from "../../protocol/properties";
import type { KubernetesObject } from "../api/object";
import { isSecret } from "./kinds";
import { type Manifest, manifestOf, textAt, withoutValue } from "./manifest";

const INPUTS = "__inputs";
const INITIAL_API_VERSION = "__initialApiVersion";
const FIELD_MANAGER = "__fieldManager";

export interface Checkpoint {
  readonly inputs: Manifest;
  readonly live: Manifest;
  readonly initialApiVersion: string;
  /** Empty in a state without it. */
  readonly fieldManager: string;
}

/** @param from the inputs as the program gave them: what is secret in them is secret in the state. */
export function toState(
  {
    inputs,
    live,
    initialApiVersion,
    fieldManager,
  }: Omit<Checkpoint, "live"> & { live: KubernetesObject },
  from: PropertyMap,
): PropertyMap {
  return {
    ...withSecrets(toProperties(manifestOf(live)), from),
    [INPUTS]: withSecrets(toProperties(inputs), from),
    [INITIAL_API_VERSION]: initialApiVersion,
    [FIELD_MANAGER]: fieldManager,
  };
}

export function fromState(state: PropertyMap): Checkpoint {
  const plain = toManifest(state);
  const inputs = plain[INPUTS];
  return {
    inputs: isPropertyMap(inputs) ? inputs : {},
    live: [INPUTS, INITIAL_API_VERSION, FIELD_MANAGER].reduce(
      (rest: Manifest, key) => withoutValue(rest, [key]),
      plain,
    ),
    initialApiVersion: textAt(plain, INITIAL_API_VERSION),
    fieldManager: textAt(plain, FIELD_MANAGER),
  };
}

/**
 * Marks as secret what is secret in the inputs, and the data of every Secret. Maps are marked by their elements,
 * anything else as a whole.
 */
export function withSecrets(outputs: PropertyMap, inputs: PropertyMap): PropertyMap {
  if (isSecret(outputs)) {
    return mapEntries(outputs, (key, value) =>
      key === "data" || key === "stringData" ? new Secret(value) : value,
    );
  }
  return mapEntries(outputs, (key, value) => {
    const input = inputs[key];
    if (input === undefined) {
      return value;
    }
    if (isPropertyMap(value) && isPropertyMap(input)) {
      return withSecrets(value, input);
    }
    return containsSecret(input) ? new Secret(value) : value;
  });
}

/** The schemas of custom resources have keys with dashes, which Pulumi's SDKs spell with underscores. */
const SCHEMA_EXTENSION = new RegExp(
  `^x[-_]kubernetes[-_](${[
    "embedded_resource",
    "int_or_string",
    "list_map_keys",
    "list_type",
    "map_type",
    "preserve_unknown_fields",
    "validations",
  ]
    .join("|")
    .replaceAll("_", "[-_]")})$`,
);

/** A manifest as the API server takes it: nothing secret, extensions spelled with dashes. */
export function toManifest(properties: PropertyMap): Manifest {
  return renameKeys(stripSecrets(properties), "_", "-");
}

export function toProperties(manifest: Manifest): PropertyMap {
  return renameKeys(manifest, "-", "_");
}

function renameKeys(map: PropertyMap, from: string, to: string): PropertyMap {
  const rename = (value: PropertyValue): PropertyValue => {
    if (Array.isArray(value)) {
      return value.map(rename);
    }
    return isPropertyMap(value) ? renameKeys(value, from, to) : value;
  };
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => [
      SCHEMA_EXTENSION.test(key) ? key.replaceAll(from, to) : key,
      rename(value),
    ]),
  );
}

function mapEntries(
  map: PropertyMap,
  change: (key: string, value: PropertyValue) => PropertyValue,
): PropertyMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(key, value)]));
}
