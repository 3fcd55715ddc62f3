import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Names by which a path of a commit would lead elsewhere, or into git's own folder. */
const UNSAFE = /^$|^\.\.?$|^\.git$|[\\\0]/i;

/**
 * Lays files into a folder of their own, in the place of what was there, for their owner's eyes only.
 *
 * @param files - by path, from the folder on
 */
export function layOut(folder: string, files: Iterable<readonly [string, string | Buffer]>): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const [path, content] of files) {
    if (path.split("/").some((name) => UNSAFE.test(name))) {
      throw new Error(`${JSON.stringify(path)} is not a path of a file in a commit`);
    }
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, content, { mode: 0o600 });
  }
}
