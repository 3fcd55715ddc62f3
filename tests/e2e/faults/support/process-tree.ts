import { readdirSync, readFileSync } from "node:fs";

/** Returns the ids of a process and of its running descendants. */
export function treeOf(pid: number): readonly number[] {
  return [pid, ...childrenOf(pid).flatMap(treeOf)];
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_task.5.html */
function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8")
        .split(" ")
        .filter((word) => word !== "")
        .map(Number),
    );
  } catch {
    return []; // The process has ended.
  }
}
