import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface PackageJson {
  readonly version?: string;
  readonly engines?: { readonly node?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** The content of a folder's package.json; empty when it is missing. */
export function readPackageJson(folder: string): PackageJson {
  const file = join(folder, "package.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as PackageJson) : {};
}

/** The version of a package that a program in this folder gets, by Node's lookup; undefined when it is not installed. */
export function installedVersion(folder: string, name: string): string | undefined {
  const { version } = readPackageJson(join(folder, "node_modules", name));
  const parent = dirname(folder);
  return version ?? (parent === folder ? undefined : installedVersion(parent, name));
}
