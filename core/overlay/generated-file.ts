import { existsSync, readFileSync } from "node:fs";
import writeFileAtomic from "write-file-atomic";

/**
 * Writes a file that a reader meets as it was or as it is now, never half of it; for its owner's eyes only. A file
 * that has this content already is left alone.
 */
export function writeAtomically(path: string, content: string): void {
  if (existsSync(path) && readFileSync(path, "utf8") === content) {
    return;
  }
  writeFileAtomic.sync(path, content, { mode: 0o600 });
}
