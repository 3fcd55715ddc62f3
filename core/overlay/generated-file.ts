import { existsSync, readFileSync } from "node:fs";
import writeFileAtomic from "write-file-atomic";

/**
 * Writes a file atomically, readable by its owner only. Leaves a file alone that has this content already.
 */
export function writeAtomically(path: string, content: string): void {
  if (existsSync(path) && readFileSync(path, "utf8") === content) {
    return;
  }
  writeFileAtomic.sync(path, content, { mode: 0o600 });
}
