import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const LOCKS = ".pulumi/locks/organization/ephemeral-doks";

/** Whether a process has locked a stack. `doks-env` would be too slow. */
export function isLocked(backend: string, stack: string): boolean {
  return locksOf(backend, stack).length > 0;
}

/** Returns the process in a stack's lock. */
export function lockHolder(backend: string, stack: string): number | undefined {
  const [lock] = locksOf(backend, stack);
  return lock === undefined
    ? undefined
    : (JSON.parse(readFileSync(join(backend, LOCKS, stack, lock), "utf8")) as { pid: number }).pid;
}

/** Names of the complete locks: Pulumi first writes each under another name. */
function locksOf(backend: string, stack: string): readonly string[] {
  const folder = join(backend, LOCKS, stack);
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
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
