import type { KubernetesObject } from "../manifests/manifest";
import { podSpecsIn } from "./pod-specs";

/** The namespaces and settings that conditions depend on. */
export interface Place {
  readonly namespace: string;
  /** Namespace of the environment that provides the services which are not deployed. */
  readonly baseline?: string;
  /** Kinds beside Kubernetes' own that the shared cluster's settings allow, as `<Kind>.<group>`. */
  readonly kinds?: readonly string[];
}

/**
 * A condition on an object in two forms: for this program, before anything is created, and as CEL for the API server.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
export interface Condition {
  /** The values in the object that violate it, e.g. `externalIPs 10.0.0.1`; empty when the object satisfies it. */
  readonly offences: (object: KubernetesObject, place: Place) => string[];
  /**
   * Whether `object` satisfies it. `variables.namedGroups` are the groups of the kinds in the shared cluster's
   * settings.
   */
  readonly cel: string;
}

/** A path into an object: fields, `*` for each item of a list, `keys` for each key of a map. */
type Path = readonly string[];

/** A test of the values at a path, in both forms. */
interface Test {
  readonly passes: (value: unknown) => boolean;
  readonly cel: (value: string) => string;
}

/** @param text - such as `spec.ports[*].nodePort` or `metadata.annotations{}` */
export function path(text: string): Path {
  return text
    .replaceAll("[*]", ".*")
    .replaceAll("{}", ".keys")
    .split(".")
    .filter((segment) => segment !== "");
}

export function annotation(name: string): Path {
  return ["metadata", "annotations", name];
}

/** Each value is one of these; with an empty list, there must be no value. */
export function oneOf(values: readonly string[]): Test {
  return {
    passes: (value) => values.includes(value as string),
    cel: (value) => `${value} in ${JSON.stringify(values)}`,
  };
}

export function noneOf(values: readonly string[]): Test {
  return {
    passes: (value) => !values.includes(value as string),
    cel: (value) => `!(${value} in ${JSON.stringify(values)})`,
  };
}

/**
 * No value matches the pattern, except for some.
 *
 * @param pattern - valid in both RE2 and JavaScript
 */
export function unlike(pattern: string, exceptions: readonly string[] = []): Test {
  const expression = new RegExp(pattern);
  return {
    passes: (value) => exceptions.includes(value as string) || !expression.test(String(value)),
    cel: (value) =>
      `(${value} in ${JSON.stringify(exceptions)} || !${value}.matches(${JSON.stringify(pattern)}))`,
  };
}

export function atMost(limit: number): Test {
  return {
    passes: (value) => Number(value) <= limit,
    cel: (value) => `${value} <= ${limit}`,
  };
}

/** All values at these paths pass. A missing value passes. */
export function each(paths: readonly Path[], test: Test): Condition {
  return {
    offences: (object) => paths.flatMap((at) => failing(object, at, test)),
    cel: and(paths.map((at) => every("object", at, test.cel))),
  };
}

/** The same for the specification of every pod that an object creates. */
export function eachInPods(paths: readonly Path[], test: Test): Condition {
  return {
    offences: (object) =>
      podSpecsIn(object).flatMap((spec) => paths.flatMap((at) => failing(spec, at, test))),
    cel: and(POD_SPECS.flatMap((root) => paths.map((at) => every(root, at, test.cel)))),
  };
}

/** Paths of pod specifications in Kubernetes' own kinds. A missing one passes. */
const POD_SPECS = [
  "object.?spec",
  "object.?spec.?template.?spec",
  "object.?spec.?jobTemplate.?spec.?template.?spec",
];

/** The same, but a key of a map, or a list item, that existed before may stay while its value is unchanged. */
export function eachNew(at: Path, test: Test): Condition {
  const container = at.slice(0, -1);
  const before = `(oldObject == null ? optional.none() : oldObject${chain(container)})`;
  const isKey = at.at(-1) === "keys";
  const stays = isKey
    ? (key: string) =>
        `(${before}.hasValue() && ${key} in ${before}.value() && ${before}.value()[${key}] == object${chain(container)}.value()[${key}])`
    : (item: string) => `(${before}.hasValue() && ${item} in ${before}.value())`;
  return {
    offences: (object) => failing(object, at, test),
    cel: every("object", at, (value) => `(${test.cel(value)} || ${stays(value)})`),
  };
}

/** The path has no value, or an unchanged one. */
export function notSet(at: Path): Condition {
  return {
    offences: (object) => failing(object, at, oneOf([""])),
    cel: `(!object${chain(at)}.hasValue() || object${chain(at)}.value() == "" || (oldObject != null && oldObject${chain(at)} == object${chain(at)}))`,
  };
}

function failing(node: unknown, at: Path, test: Test): string[] {
  const name = at.findLast((segment) => segment !== "*" && segment !== "keys") ?? "";
  return valuesAt(node, at)
    .filter((value) => !test.passes(value))
    .map((value) => (at.at(-1) === "keys" ? String(value) : `${name} ${shown(value)}`));
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** All values at a path. */
function valuesAt(node: unknown, at: Path): unknown[] {
  const [segment, ...rest] = at;
  if (segment === undefined) {
    return node === undefined || node === null ? [] : [node];
  }
  if (typeof node !== "object" || node === null) {
    return [];
  }
  if (segment === "*") {
    return Array.isArray(node) ? node.flatMap((item) => valuesAt(item, rest)) : [];
  }
  return segment === "keys"
    ? Object.keys(node)
    : valuesAt((node as Record<string, unknown>)[segment], rest);
}

/** CEL: whether every value at a path, starting from an expression, passes. */
function every(root: string, at: Path, test: (value: string) => string, depth = 0): string {
  const split = at.findIndex((segment) => segment === "*" || segment === "keys");
  if (split === -1) {
    const value = `${root}${chain(at)}`;
    return at.length === 0 ? test(root) : `(!${value}.hasValue() || ${test(`${value}.value()`)})`;
  }
  const empty = at[split] === "*" ? "[]" : "{}";
  const container = split === 0 ? root : `${root}${chain(at.slice(0, split))}.orValue(${empty})`;
  const item = `x${depth}`;
  return `${container}.all(${item}, ${every(item, at.slice(split + 1), test, depth + 1)})`;
}

/** CEL: optional look-ups of fields in sequence. */
function chain(fields: Path): string {
  return fields
    .map((field) => (/^[A-Za-z]\w*$/.test(field) ? `.?${field}` : `[?${JSON.stringify(field)}]`))
    .join("");
}

/** CEL: whether all of these hold. */
export function and(expressions: readonly string[]): string {
  return expressions.join(" && ");
}
