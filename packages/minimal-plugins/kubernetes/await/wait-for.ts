/**
 * Readiness as the annotation `pulumi.com/waitFor` describes it: one expression, or a JSON array of them, each
 * `jsonpath={.path}[=value]` or `condition=Type[=Status]`.
 *
 * @see https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/ (waitFor)
 */
import { isPropertyMap, type PropertyValue } from "../../protocol/properties";
import type { KubernetesObject } from "../api/object";
import { parsePath } from "../objects/difference";
import { manifestOf } from "../objects/manifest";
import { type Awaiter, type Condition, ready, waiting } from "./readiness";

type Test = (object: KubernetesObject) => boolean;

/** @throws {Error} when an expression is not one. */
export function waitFor(annotation: string): Awaiter {
  const expressions = readExpressions(annotation);
  const tests = expressions.map((text) => ({ text, isMet: parseExpression(text) }));
  return {
    related: [],
    assess: ({ object }) => {
      const pending = tests.filter(({ isMet }) => isStale(object) || !isMet(object));
      const [first, ...others] = pending.map(({ text }) => `${text} does not hold yet`);
      return first === undefined ? ready(`${annotation} holds`) : waiting(first, first, ...others);
    },
  };
}

function readExpressions(annotation: string): string[] {
  try {
    const parsed: unknown = JSON.parse(annotation);
    if (Array.isArray(parsed) && parsed.length > 0) {
      return parsed.map(String);
    }
  } catch {
    // A single expression is not JSON.
  }
  return [annotation];
}

function parseExpression(expression: string): Test {
  if (expression.startsWith("jsonpath=")) {
    return parseJsonPath(expression.slice("jsonpath=".length));
  }
  if (expression.startsWith("condition=")) {
    const [type = "", status = "True"] = expression.slice("condition=".length).split("=");
    return (object) =>
      conditionsOf(object).some(
        (condition) => condition.type === type && condition.status === status,
      );
  }
  throw new Error(
    `expected a "jsonpath=" or "condition=" prefix, got ${JSON.stringify(expression)}`,
  );
}

/** Paths of names and indices: `{.status.phase}=Running`, `{.status.conditions[0].type}`. */
function parseJsonPath(expression: string): Test {
  const match = /^\{\s*\$?\.?([^{}=?@*]+?)\s*\}(?:=(.+))?$/.exec(expression);
  const [, path, wanted] = match ?? [];
  if (path === undefined) {
    throw new Error(
      `jsonpath=${expression} is not a path of names and indices in brackets, like jsonpath={.status.phase}=Running, which is all this minimal stand-in plugin reads`,
    );
  }
  return (object) => {
    const found = select(manifestOf(object), parsePath(path));
    return found !== undefined && (wanted === undefined || textOf(found) === wanted);
  };
}

function select(
  value: PropertyValue | undefined,
  [element, ...rest]: readonly (string | number)[],
): PropertyValue | undefined {
  if (element === undefined) {
    return value;
  }
  if (typeof element === "number") {
    return Array.isArray(value) ? select(value[element], rest) : undefined;
  }
  return isPropertyMap(value) ? select(value[element], rest) : undefined;
}

/** A value as it is written in an expression: a text stands for itself. */
function textOf(value: PropertyValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function conditionsOf(object: KubernetesObject): readonly Condition[] {
  const { status } = object as KubernetesObject & {
    status?: { conditions?: readonly Condition[] };
  };
  return status?.conditions ?? [];
}

/** Whether the status is about an older spec. */
function isStale(object: KubernetesObject): boolean {
  const { status } = object as KubernetesObject & { status?: { observedGeneration?: number } };
  const { generation } = object.metadata;
  return (
    generation !== undefined &&
    status?.observedGeneration !== undefined &&
    status.observedGeneration < generation
  );
}
