import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The process that holds a stack, by its lock: there is no time to ask `doks-env` for it. */
export function lockHolder(backend: string, stack: string): number | undefined {
  const folder = join(backend, ".pulumi/locks/organization/ephemeral-doks", stack);
  const [lock] = existsSync(folder) ? readdirSync(folder) : [];
  return lock === undefined
    ? undefined
    : (JSON.parse(readFileSync(join(folder, lock), "utf8")) as { pid: number }).pid;
}
