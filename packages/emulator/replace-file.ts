import { renameSync, writeFileSync } from "node:fs";

/** Writes a file that only its owner may read. Whoever reads it, at any time, finds the whole old or the whole new content. */
export function replaceFile(file: string, content: string): void {
  const replacement = `${file}.new`;
  writeFileSync(replacement, content, { mode: 0o600 });
  renameSync(replacement, file);
}
