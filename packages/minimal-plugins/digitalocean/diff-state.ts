/** The differences between a resource's inputs and its state. */
import { isDeepStrictEqual } from "node:util";
import { diffValues, member } from "../protocol/diff";
import {
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  UNKNOWN,
} from "../protocol/properties";
import type { DiffResult, PropertyDiff } from "../protocol/provider";
import { DEFAULTS, type Field, type Fields } from "./fields";
import { isZero, stringsOf } from "./values";

/**
 * @param state the resource's outputs, without secrets.
 * @param inputs its new inputs, checked, without secrets.
 * @param ignoreChanges property paths to ignore.
 */
export function diffState(
  fields: Fields,
  state: PropertyMap,
  inputs: PropertyMap,
  ignoreChanges: readonly string[],
): DiffResult {
  const ignored = ignoreChanges.map(segments);
  const detailedDiff = Object.fromEntries(
    [...diffFields("", fields, state, inputs)].filter(
      ([path]) => !ignored.some((prefix) => startsWith(segments(path), prefix)),
    ),
  );
  const isReplacement = Object.values(detailedDiff).some(({ replace }) => replace);
  return { detailedDiff, deleteBeforeReplace: isReplacement && hasGivenName(fields, inputs) };
}

/** The names of the inputs that differ. */
export function changedInputs({ detailedDiff }: DiffResult): Set<string> {
  return new Set(Object.keys(detailedDiff).map((path) => segments(path)[0] ?? path));
}

/** Two resources cannot have the same name, so the old one must be deleted first. */
function hasGivenName(fields: Fields, inputs: PropertyMap): boolean {
  return Object.entries(fields).some(
    ([name, { autoName }]) => autoName && !stringsOf(inputs, DEFAULTS).includes(name),
  );
}

type Difference = [path: string, diff: PropertyDiff];

function* diffFields(
  path: string,
  fields: Fields,
  state: PropertyMap,
  inputs: PropertyMap,
): Generator<Difference> {
  for (const [name, field] of Object.entries(fields)) {
    const before = state[name] ?? null;
    const after = inputs[name] ?? null;
    const isApiChoice = after === null && field.computed;
    if (!isApiChoice && !isSame(field, before, after) && !field.suppress?.(after, state)) {
      yield* diffField(member(path, name), field, before, after);
    }
  }
}

function isSame(field: Field, before: PropertyValue, after: PropertyValue): boolean {
  if (field.ignoreCase && typeof before === "string" && typeof after === "string") {
    return before.toLowerCase() === after.toLowerCase();
  }
  return isDeepStrictEqual(withoutZeros(before), withoutZeros(after));
}

/** To Terraform, what is absent and what has the zero value of its type are the same, at any depth. */
function withoutZeros(value: PropertyValue): PropertyValue {
  if (isZero(value)) {
    return null;
  }
  if (isPropertyMap(value)) {
    const entries = Object.entries(value).map(
      ([name, part]) => [name, withoutZeros(part)] as const,
    );
    return Object.fromEntries(entries.filter(([, part]) => !isZero(part)));
  }
  return Array.isArray(value) ? value.map(withoutZeros) : value;
}

function* diffField(
  path: string,
  field: Field,
  before: PropertyValue,
  after: PropertyValue,
): Generator<Difference> {
  if (field.fields && isPropertyMap(after) && (isPropertyMap(before) || before === null)) {
    yield* diffFields(path, field.fields, before ?? {}, after);
    return;
  }
  const replace =
    field.replace ??
    (typeof before === "string" && typeof after === "string" && field.replaceWhen?.(before, after));
  const parts =
    field.kind === "set" && Array.isArray(before ?? []) && Array.isArray(after ?? [])
      ? diffSets(path, field, (before ?? []) as PropertyValue[], (after ?? []) as PropertyValue[])
      : diffValues(path, before, after);
  for (const [part, kind] of parts) {
    yield [part, { kind, replace: replace === true, inputDiff: false }];
  }
}

function* diffSets(
  path: string,
  { ignoreCase }: Field,
  before: PropertyValue[],
  after: PropertyValue[],
): Generator<[string, PropertyDiff["kind"]]> {
  const key = (value: PropertyValue): PropertyValue =>
    ignoreCase && typeof value === "string" ? value.toLowerCase() : withoutZeros(value);
  const isIn = (value: PropertyValue, set: PropertyValue[]): boolean =>
    set.some((other) => isDeepStrictEqual(key(other), key(value)));
  for (const [i, value] of after.entries()) {
    if (value === UNKNOWN || !isIn(value, before)) {
      yield [`${path}[${i}]`, "add"];
    }
  }
  for (const [i, value] of before.entries()) {
    if (!isIn(value, after)) {
      yield [`${path}[${i}]`, "delete"];
    }
  }
}

/** `["nodePool", "taints", "0"]` for `nodePool.taints[0]`. */
function segments(path: string): string[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[([^\]]*)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, name]) => quoted ?? index ?? name ?? "",
  );
}

function startsWith(path: readonly string[], prefix: readonly string[]): boolean {
  return prefix.every((segment, i) => segment === "*" || segment === path[i]);
}
