/** Describes a resource's inputs, and the effect of each. */
import type { PropertyMap, PropertyValue } from "../protocol/properties";

export type Fields = Readonly<Record<string, Field>>;

export interface Field {
  readonly kind: "string" | "boolean" | "number" | "integer" | "object" | "map" | "list" | "set";
  /** The elements of a list, a set or a map. */
  readonly element?: Field;
  /** The fields of an object. */
  readonly fields?: Fields;
  /** Fields that the API adds to an object. */
  readonly outputs?: readonly string[];
  readonly required?: boolean;
  /** Default value. */
  readonly default?: PropertyValue;
  /** If absent, the provider derives it from the resource's name in the program. */
  readonly autoName?: boolean;
  /** If absent, the API chooses it. */
  readonly computed?: boolean;
  /** A change needs a new resource. */
  readonly replace?: boolean;
  /** Whether this change needs a new resource. */
  readonly replaceWhen?: (before: string, after: string) => boolean;
  /** Whether case is ignored. */
  readonly ignoreCase?: boolean;
  /** The fault of a value, or undefined. */
  readonly validate?: (value: PropertyValue) => string | undefined;
  /** Whether a different input still matches the state, so that there is nothing to change. */
  readonly suppress?: (input: PropertyValue, state: PropertyMap) => boolean;
}

export const STRING: Field = { kind: "string" };
export const BOOLEAN: Field = { kind: "boolean" };
export const INTEGER: Field = { kind: "integer" };

/** Input at the top level with the names of all inputs that a check has set. */
export const DEFAULTS = "__defaults";

export function notEmpty(value: PropertyValue): string | undefined {
  return value === "" ? "must not be empty" : undefined;
}

export function oneOf(...allowed: readonly string[]): Field["validate"] {
  return (value) =>
    typeof value === "string" && allowed.includes(value)
      ? undefined
      : `must be one of ${allowed.join(", ")}, got ${JSON.stringify(value)}`;
}

/** @see https://docs.digitalocean.com/reference/api/reference/tags/ */
export const TAGS: Field = {
  kind: "set",
  ignoreCase: true,
  element: {
    kind: "string",
    validate: (value) =>
      typeof value === "string" && /^[\w:-]{1,255}$/.test(value)
        ? undefined
        : `must be 1 to 255 letters, digits, colons, dashes and underscores, got ${JSON.stringify(value)}`,
  },
};
