/** Completes a resource's inputs and returns their faults. */
import { createHash, randomBytes } from "node:crypto";
import {
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  UNKNOWN,
} from "../protocol/properties";
import type { CheckFailure, CheckRequest, CheckResult } from "../protocol/provider";
import { DEFAULTS, type Field, type Fields } from "./fields";
import { stringOf, stringsOf } from "./values";

/** Number of random hexadecimal digits in an automatic name. */
const SUFFIX_LENGTH = 7;

/** @param request - its properties are unwrapped from secrets */
export function checkInputs(fields: Fields, request: CheckRequest): CheckResult {
  const failures: CheckFailure[] = [];
  const named = withAutomaticName(fields, request);
  const inputs = checkObject("", fields, named, failures);
  const defaulted = Object.keys(inputs).filter((name) => (request.news[name] ?? null) === null);
  return { inputs: { ...inputs, [DEFAULTS]: defaulted }, failures };
}

function withAutomaticName(fields: Fields, request: CheckRequest): PropertyMap {
  const { news, olds, name, randomSeed } = request;
  const field = Object.keys(fields).find((candidate) => fields[candidate]?.autoName);
  if (field === undefined || (news[field] ?? null) !== null) {
    return news;
  }
  const isKept = stringsOf(olds, DEFAULTS).includes(field) && stringOf(olds, field) !== "";
  return { ...news, [field]: isKept ? stringOf(olds, field) : automaticName(name, randomSeed) };
}

/** Preview and update have the same seed, so the same name. */
function automaticName(name: string, seed: Uint8Array): string {
  const hash = createHash("sha256")
    .update(seed.length > 0 ? seed : randomBytes(32))
    .update(name);
  return `${name}-${hash.digest("hex").slice(0, SUFFIX_LENGTH)}`;
}

function checkObject(
  path: string,
  fields: Fields,
  values: PropertyMap,
  failures: CheckFailure[],
): PropertyMap {
  const checked: [string, PropertyValue][] = [];
  for (const [name, field] of Object.entries(fields)) {
    const value = values[name] ?? field.default ?? null;
    const property = path === "" ? name : `${path}.${name}`;
    if (value !== null) {
      checked.push([name, checkValue(property, field, value, failures)]);
    } else if (field.required) {
      failures.push({ property, reason: `Missing required property '${property}'` });
    }
  }
  return Object.fromEntries(checked);
}

function checkValue(
  property: string,
  field: Field,
  value: PropertyValue,
  failures: CheckFailure[],
): PropertyValue {
  if (value === UNKNOWN) {
    return value;
  }
  if (!IS_KIND[field.kind](value)) {
    failures.push({ property, reason: `expected ${EXPECTED[field.kind]}` });
    return value;
  }
  const reason = field.validate?.(value);
  if (reason !== undefined) {
    failures.push({ property, reason });
  }
  const { element, fields } = field;
  if (element && Array.isArray(value)) {
    return value.map((part, i) => checkValue(`${property}[${i}]`, element, part, failures));
  }
  if (element && isPropertyMap(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => [
        name,
        checkValue(`${property}.${name}`, element, part, failures),
      ]),
    );
  }
  return fields && isPropertyMap(value) ? checkObject(property, fields, value, failures) : value;
}

type Kind = Field["kind"];

const IS_KIND: Readonly<Record<Kind, (value: PropertyValue) => boolean>> = {
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  number: (value) => typeof value === "number",
  integer: (value) => Number.isInteger(value),
  object: isPropertyMap,
  map: isPropertyMap,
  list: Array.isArray,
  set: Array.isArray,
};

const EXPECTED: Readonly<Record<Kind, string>> = {
  string: "a string",
  boolean: "true or false",
  number: "a number",
  integer: "a whole number",
  object: "an object",
  map: "an object",
  list: "a list",
  set: "a list",
};
