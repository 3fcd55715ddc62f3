import { rename, rm } from "node:fs/promises";
import path from "node:path";
import { runChild } from "./child";
import type { Context } from "./context";
import { UserError } from "./errors";
import { withLock } from "./lock";
import { toolFolder } from "./places";
import { isExecutable } from "./search-path";

/** The oldest supported line of Node, and the one in workflows and docs. */
const VERSIONS = ["20.19.6", "24.21.0"] as const;

/** A Node of the other line, because the tests run on both. */
export function otherVersion(running: string): string {
  const [oldest, recommended] = VERSIONS;
  return majorOf(running) === majorOf(recommended) ? oldest : recommended;
}

/**
 * Path of a Node of the other line, from npm's packages with Node for Linux.
 *
 * @returns `undefined` on other systems: their packages have other names, or are missing
 * @throws {UserError} when it cannot be installed
 * @see https://www.npmjs.com/package/node (it installs them in a script, and no install scripts run here)
 */
export async function otherNode({ places, env, say }: Context): Promise<string | undefined> {
  if (process.platform !== "linux") {
    say("npm has no Node for this system: the tests run on this Node only");
    return undefined;
  }
  const version = otherVersion(process.versions.node);
  const folder = toolFolder(places.cache, "node", version);
  const name = `node-linux-${process.arch}`;
  const file = path.join("node_modules", name, "bin", "node");
  const onWait = () => say("another make is installing Node; waiting for it");
  return withLock(`${folder}.lock`, onWait, async () => {
    if (!isExecutable(path.join(folder, file))) {
      say(`installing Node ${version} for the tests`);
      await install(`${name}@${version}`, folder, env);
    }
    return path.join(folder, file);
  });
}

async function install(spec: string, folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const part = `${folder}.part-${process.pid}`;
  try {
    const words = ["install", "--prefix", part, "--no-save", "--ignore-scripts", spec];
    const { code, output } = await runChild("npm", words, { env });
    if (code !== 0) {
      throw new UserError(
        `npm could not install ${spec}: ${output}`,
        "check that npm reaches a registry, and run this again",
      );
    }
    await rm(folder, { recursive: true, force: true });
    await rename(part, folder);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

function majorOf(version: string): string {
  return version.split(".")[0] ?? "";
}
