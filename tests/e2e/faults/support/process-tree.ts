import { readdirSync, readFileSync } from "node:fs";

/** A process and all that it has started, and so on, as far as they still run. */
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
    return []; // It has ended meanwhile.
  }
}
