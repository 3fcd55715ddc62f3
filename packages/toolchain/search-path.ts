import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";

/** All executables of a name on a PATH, in the order of a shell. */
export function findOnPath(name: string, searchPath: string): string[] {
  return entries(searchPath)
    .map((folder) => path.join(folder, name))
    .filter(isExecutable);
}

/** A PATH without the folders in any of `roots`, and without these. */
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
    return false; // Missing, or not executable for this user.
  }
}

function entries(searchPath: string): string[] {
  return searchPath.split(path.delimiter).filter((entry) => entry !== "");
}
