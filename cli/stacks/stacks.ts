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

/** How much V8 lets its heap grow before it looks for garbage. By itself it is up to four times as large by then. */
const HEAP_GROWTH_PERCENT = 20;

/** All stacks of the project, one by one, as the backend has them. */
export function eachStack(context: Context): AsyncGenerator<StackRecord> {
  // Each stack leaves garbage behind, and the garbage of 10,000 stacks would fill the memory.
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
 * One stack, or undefined when there is none of that name.
 *
 * @throws {UsageError} when no stack can have that name
 */
export async function findStack(context: Context, stack: string): Promise<StackRecord | undefined> {
  requireStackName(context.project.folder, stack);
  return readStack(sourceOf(context), stack);
}

/** @throws {UserError} when there is no such stack, with the one that may be meant */
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
    `there is no environment "${stack}"${meant === undefined ? "" : `; is "${meant}" meant?`}`,
    `doks-env list   # or, to make it: doks-env up ${stack}`,
  );
}

/**
 * Before the name becomes part of a path, of the backend or of a command.
 *
 * @param folder - of Pulumi.yaml
 * @throws {UsageError} when no stack can have that name, with one that can
 */
export function requireStackName(folder: string, stack: string): void {
  const fault = stackNameFault(stack, profileNames(folder));
  if (fault !== undefined) {
    throw new UsageError(fault.message, fault.fix);
  }
}

/** The backend that pulumi uses in the project's folder. */
export function sourceOf({ project, env }: Pick<Context, "project" | "env">): StateSource {
  const engine = engineFor({ project, env });
  return {
    url: backendUrl(env, project.folder),
    project: project.name,
    run: (args) => engine.output(...args),
  };
}
