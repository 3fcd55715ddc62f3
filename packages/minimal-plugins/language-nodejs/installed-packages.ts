/** The packages that npm installed for a program. */
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";

/** The part of a package.json that names the Pulumi plugin of a package. */
export interface PackageManifest {
  readonly name?: string;
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly pulumi?: {
    /** Whether the package is the SDK of a resource plugin. */
    readonly resource?: boolean;
    readonly name?: string;
    readonly version?: string;
    /** Server for the plugin's download. @default - Pulumi's */
    readonly server?: string;
  };
}

export function readManifest(directory: string): PackageManifest {
  return JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as PackageManifest;
}

/** The manifests of all packages in a directory's node_modules and in theirs, each installed copy once. */
export function installedPackages(
  directory: string,
  visited: Set<string> = new Set(),
): PackageManifest[] {
  return packageDirectories(join(directory, "node_modules")).flatMap((packageDirectory) => {
    const realPath = realpathSync(packageDirectory);
    if (visited.has(realPath)) {
      return [];
    }
    visited.add(realPath);
    return [readManifest(packageDirectory), ...installedPackages(packageDirectory, visited)];
  });
}

function packageDirectories(nodeModules: string): string[] {
  return childDirectories(nodeModules)
    .flatMap((directory) =>
      directory.name.startsWith("@") ? childDirectories(directory.path) : [directory],
    )
    .map(({ path }) => path)
    .filter((path) => existsSync(join(path, "package.json")));
}

/** Symbolic links are followed: that is how npm installs a workspace's own packages. */
function childDirectories(directory: string): { name: string; path: string }[] {
  if (!existsSync(directory)) {
    return [];
  }
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map(({ name }) => ({ name, path: join(directory, name) }));
}

/** The resource plugin of an SDK package. */
export interface RequiredPlugin {
  readonly name: string;
  /** With a leading `v`, as in the engine. */
  readonly version: string;
  /** Empty for Pulumi's own server. */
  readonly server: string;
}

/**
 * The plugin of a package; undefined for a package that has none.
 *
 * @throws {Error} when the manifest does not name the plugin or its version.
 */
export function requiredPlugin(manifest: PackageManifest): RequiredPlugin | undefined {
  const { name: packageName = "", pulumi } = manifest;
  if (pulumi?.resource !== true) {
    return undefined;
  }
  const name = pulumi.name ?? /^@pulumi\/(.+)$/.exec(packageName)?.[1];
  if (name === undefined) {
    throw new Error(`package.json of "${packageName}" lacks pulumi.name, the name of its plugin`);
  }
  const version = pulumi.version ?? manifest.version;
  if (version === undefined) {
    throw new Error(`package.json of "${packageName}" lacks a version`);
  }
  return {
    name,
    version: version.startsWith("v") ? version : `v${version}`,
    server: pulumi.server ?? "",
  };
}
