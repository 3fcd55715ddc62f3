import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { writeYaml } from "../manifests/write-yaml";
import { renamed } from "./kustomization-names";
import type { Survey } from "./tree-survey";

/** Folders that are linked, not copied: they are large and hold no manifests. */
const LINKED = [".git", ".rendered", "node_modules"];

/**
 * Copies a tree as far as necessary: folders whose kustomization changes are copied, and symbolic links stand for
 * everything around them. Every path in the tree leads to the same file as before.
 *
 * @param top - absolute; the copy's root of the file system
 */
export function copyTree(top: string, { changed }: Pick<Survey, "changed">): void {
  const folders = [...changed.keys()];
  const leadsToOne = (path: string) =>
    folders.some((folder) => folder === path || folder.startsWith(`${path}${sep}`));
  const copy = (folder: string, isCopied: boolean): void => {
    mkdirSync(placeIn(top, folder), { recursive: true });
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      const isFolder = entry.isDirectory();
      if (isFolder && (leadsToOne(path) || (isCopied && !LINKED.includes(entry.name)))) {
        copy(path, isCopied || changed.has(path));
      } else if (isCopied && (entry.isFile() || entry.isSymbolicLink())) {
        cpSync(path, placeIn(top, path), { verbatimSymlinks: true });
      } else {
        symlinkSync(path, placeIn(top, path));
      }
    }
    writeChanged(top, folder, changed);
  };
  copy(sep, false);
}

export function placeIn(top: string, path: string): string {
  return join(top, relative(sep, path));
}

export function originalOf(top: string, path: string): string {
  return path.startsWith(`${top}${sep}`) ? path.slice(top.length) : path;
}

function writeChanged(top: string, folder: string, changed: Survey["changed"]): void {
  const change = changed.get(folder);
  if (change === undefined) {
    return;
  }
  const place = placeIn(top, folder);
  const kustomization = renamed(change.kustomization, ({ value }) => {
    const { kind, path } = change.replacements.get(value) ?? {};
    if (path === undefined) {
      return undefined;
    }
    if (kind === "file") {
      cpSync(path, join(place, basename(path)));
      return basename(path);
    }
    return relative(place, changed.has(path) ? placeIn(top, path) : path);
  });
  writeFileSync(join(place, change.file), writeYaml([kustomization]));
}
