import { homedir } from "node:os";
import path from "node:path";

/** The folders of the toolchain. It writes nowhere else. */
export interface Places {
  /** The checkout, with this code in packages/toolchain/ and, bundled, in build/. */
  readonly checkout: string;
  /** The user's cache, which survives `make clean` and is shared by all checkouts. */
  readonly cache: string;
}

/**
 * The folders of this run.
 *
 * @see https://specifications.freedesktop.org/basedir-spec/latest/ (a relative XDG_CACHE_HOME must be ignored)
 */
export function places(env: NodeJS.ProcessEnv): Places {
  const xdg = env.XDG_CACHE_HOME;
  const base = xdg && path.isAbsolute(xdg) ? xdg : path.join(env.HOME ?? homedir(), ".cache");
  return { checkout: checkoutOf(__dirname), cache: path.join(base, "ephemeral-doks") };
}

function checkoutOf(folder: string): string {
  return path.resolve(folder, path.basename(folder) === "build" ? ".." : "../..");
}

/** The folder of a downloaded or built binary. */
export function toolFolder(cache: string, name: string, version: string): string {
  return path.join(cache, "tools", name, version);
}

/** The emulator's state: its account, token, pid and log. */
export function emulatorState(checkout: string): string {
  return path.join(checkout, ".local", "emulator");
}

/** Pulumi's home and, in it, the local backend. */
export function pulumiHome(checkout: string): string {
  return path.join(checkout, ".local", "pulumi");
}
