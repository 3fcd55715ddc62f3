import { setFlagsFromString } from "node:v8";
import { UserError } from "../../core/errors";
import { profileNames } from "../../core/settings/project-files";
import { stackNameFault } from "../../core/settings/stack-name";
import { suggest } from "../../core/suggest";
import type { Context } from "../terminal/context";
import { UsageError } from "../terminal/errors";
import { backendUrl } from "./backend-url";
import { engineFor } from "./engine";
import { readStack, readStacks, type StateSource } from "./read-stacks";
import type { StackRecord } from "./record";

/** V8's limit for heap growth before a garbage collection, in percent. By default the heap grows up to fourfold. */
const HEAP_GROWTH_PERCENT = 20;

/** Returns the records of all stacks of the project, one by one. */
export function eachStack(context: Context): AsyncGenerator<StackRecord> {
  // Reading 10,000 stacks would otherwise fill the memory with garbage.
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);
  return readStacks(sourceOf(context));
}

export async function otherStacks(context: Context, stack: string): Promise<StackRecord[]> {
  const others: StackRecord[] = [];
  for await (const record of eachStack(context)) {
    if (record.stack !== stack) {
      others.push(record);
    }
  }
  return others;
}

/**
 * Returns the record of one stack; undefined without such a stack.
 *
 * @throws {UsageError} when no stack can have that name
 */
export async function findStack(context: Context, stack: string): Promise<StackRecord | undefined> {
  requireStackName(context.project.folder, stack);
  return readStack(sourceOf(context), stack);
}

/** @throws {UserError} without such a stack; the error suggests a similar name */
export async function requireStack(context: Context, stack: string): Promise<StackRecord> {
  const record = await findStack(context, stack);
  if (record !== undefined) {
    return record;
  }
  const names: string[] = [];
  for await (const other of eachStack(context)) {
    names.push(other.stack);
  }
  const meant = suggest(stack, names);
  throw new UserError(
    `there is no environment "${stack}"${meant === undefined ? "" : `; did you mean "${meant}"?`}`,
    `doks-env list   # or, to create it: doks-env up ${stack}`,
  );
}

/**
 * Checks a stack name before it becomes part of a path or a command.
 *
 * @param folder - folder of Pulumi.yaml
 * @throws {UsageError} for an invalid name; the error suggests a valid one
 */
export function requireStackName(folder: string, stack: string): void {
  const fault = stackNameFault(stack, profileNames(folder));
  if (fault !== undefined) {
    throw new UsageError(fault.message, fault.fix);
  }
}

/** Returns the backend that pulumi uses in the project's folder. */
export function sourceOf({ project, env }: Pick<Context, "project" | "env">): StateSource {
  const engine = engineFor({ project, env });
  return {
    url: backendUrl(env, project.folder),
    project: project.name,
    run: (args) => engine.output(...args),
  };
}
