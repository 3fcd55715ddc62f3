import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";

/** All executables of a name on a PATH, in the order a shell would take them. */
export function findOnPath(name: string, searchPath: string): string[] {
  return entries(searchPath)
    .map((folder) => path.join(folder, name))
    .filter(isExecutable);
}

/** A PATH without the folders in (or equal to) any of `roots`. */
export function withoutFolders(searchPath: string, roots: readonly string[]): string {
  const inside = (folder: string) =>
    roots.some((root) => folder === root || folder.startsWith(root + path.sep));
  return entries(searchPath)
    .filter((folder) => !inside(path.resolve(folder)))
    .join(path.delimiter);
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false; // Not there, or not for this user.
  }
}

function entries(searchPath: string): string[] {
  return searchPath.split(path.delimiter).filter((entry) => entry !== "");
}
