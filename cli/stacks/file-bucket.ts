import { randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, sep } from "node:path";
import type { Bucket } from "./bucket";

/**
 * Opens a folder as a bucket. Reads are synchronous: 1,000 stacks take 0.2 s instead of 0.5 s with promises (2 cores,
 * 2026-11-23).
 *
 * @throws {Error} when there is no such folder
 */
export function openFolder(folder: string): Bucket {
  if (!statSync(folder).isDirectory()) {
    throw new Error(`${folder} is not a folder`);
  }
  return {
    list: async (prefix) => list(folder, prefix),
    read: async (key, limit) => orMissing(() => read(join(folder, key), limit)),
    write: async (key, content) => write(join(folder, key), content),
    modified: async (key) => statSync(join(folder, key), { throwIfNoEntry: false })?.mtime,
    remove: async (key) => rmSync(join(folder, key), { force: true }),
  };
}

/** Lists all names below a folder. Folders may be included: no pattern of Pulumi's files matches one. */
function list(folder: string, prefix: string): string[] {
  const parent = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  const below = join(folder, parent);
  const entries = existsSync(below)
    ? readdirSync(below, { recursive: true, encoding: "utf8" })
    : [];
  return entries
    .map((entry) => parent + entry.replaceAll(sep, "/"))
    .filter((key) => key.startsWith(prefix));
}

function read(path: string, limit?: number): Buffer {
  if (limit === undefined) {
    return readFileSync(path);
  }
  const file = openSync(path, "r");
  try {
    const buffer = Buffer.allocUnsafe(Math.min(limit, fstatSync(file).size));
    return buffer.subarray(0, readSync(file, buffer, 0, buffer.length, 0));
  } finally {
    closeSync(file);
  }
}

/** Writes under another name first: a rename replaces a file atomically. */
function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${randomUUID()}.tmp`;
  try {
    writeFileSync(unfinished, content);
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

function orMissing<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}
