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

/**
 * The same, once the machine has noted it: a kill before that leaves a lock of which nobody can prove that it is dead.
 *
 * @param home - HOME of the process that holds it
 */
export function notedLockHolder(home: string, backend: string, stack: string): number | undefined {
  const pid = lockHolder(backend, stack);
  const notes = join(home, ".local/state/ephemeral-doks/locks");
  const isNoted = (file: string) =>
    readFileSync(join(notes, file), "utf8").includes(`"pid":${pid},`);
  return existsSync(notes) && readdirSync(notes).some(isNoted) ? pid : undefined;
}
