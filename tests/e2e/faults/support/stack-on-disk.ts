import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Resource {
  readonly type: string;
  readonly id?: string;
  readonly protect?: boolean;
  readonly outputs?: { readonly result?: string; readonly settings?: { readonly own: object } };
}

/** A stack, read from its files in the backend. */
export interface StackOnDisk {
  readonly resources: readonly Resource[];
  /** The number of operations whose result is unknown. */
  readonly pending: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly locks: number;
}

/** @returns undefined when there is no such stack */
export function readStackOnDisk(backend: string, stack: string): StackOnDisk | undefined {
  const folder = join(backend, ".pulumi");
  const state = join(folder, "stacks/ephemeral-doks", `${stack}.json`);
  const tags = join(folder, "stacks/ephemeral-doks", `${stack}.pulumi-tags`);
  const locks = join(folder, "locks/organization/ephemeral-doks", stack);
  if (!existsSync(state)) {
    return undefined;
  }
  const { checkpoint } = JSON.parse(readFileSync(state, "utf8")) as {
    checkpoint: { latest?: { resources?: Resource[]; pending_operations?: unknown[] } };
  };
  return {
    resources: checkpoint.latest?.resources ?? [],
    pending: checkpoint.latest?.pending_operations?.length ?? 0,
    tags: existsSync(tags)
      ? (JSON.parse(readFileSync(tags, "utf8")) as { tags: Record<string, string> }).tags
      : {},
    locks: existsSync(locks) ? readdirSync(locks).length : 0,
  };
}

/** Returns the environment's own settings: those recorded before its last update, otherwise those of that update. */
export function recordedSettings(stack: StackOnDisk | undefined): object | undefined {
  const { tags = {}, resources = [] } = stack ?? {};
  const parts = Object.keys(tags).filter((name) => /^settings\d+$/.test(name));
  const text = parts.map((_, index) => tags[`settings${index + 1}`]).join("");
  const updated = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs?.settings;
  return text === "" ? updated?.own : (JSON.parse(text) as { own: object }).own;
}
