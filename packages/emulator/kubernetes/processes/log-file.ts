import { closeSync, openSync, readSync, renameSync, rmSync, statSync, truncateSync } from "node:fs";

/** Maximum size of a log in bytes. */
const MAX_BYTES = 5 * 1024 * 1024;

/** Opens a log to append to, for use as a child's output; one that has grown large is moved to `<path>.1` first. */
export function openLog(path: string): number {
  if (sizeOf(path) > MAX_BYTES) {
    rmSync(`${path}.1`, { force: true });
    renameSync(path, `${path}.1`);
  }
  return openSync(path, "a", 0o600);
}

/** Empties a large log while its process runs. Safe, because the process appends. */
export function trimLog(path: string): void {
  if (sizeOf(path) > MAX_BYTES) {
    truncateSync(path, 0);
  }
}

/** Returns the last lines of a log, for error messages. Empty without a log. */
export function tailOfLog(path: string, lines = 5): string {
  const bytes = Math.min(sizeOf(path), 8 * 1024);
  if (bytes === 0) {
    return "";
  }
  const file = openSync(path, "r");
  try {
    const buffer = Buffer.alloc(bytes);
    readSync(file, buffer, 0, bytes, sizeOf(path) - bytes);
    return buffer.toString("utf8").trimEnd().split("\n").slice(-lines).join("\n");
  } finally {
    closeSync(file);
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
