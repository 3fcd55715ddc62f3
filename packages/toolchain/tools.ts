import { existsSync } from "node:fs";
import path from "node:path";
import { runChild } from "./child";
import type { Context } from "./context";
import { downloadTool, ORIGIN_FILE } from "./download";
import { buildTool } from "./go-build";
import { withLock } from "./lock";
import { PINS, type Pin } from "./pins";
import { toolFolder } from "./places";
import { findOnPath, isExecutable } from "./search-path";
import { findVersion, versionFits } from "./version";

/** Timeout for printing a version, in seconds. */
const VERSION_TIMEOUT_SECONDS = 10;

/** A usable binary. */
export interface Tool {
  readonly pin: Pin;
  readonly file: string;
  readonly version: string;
  readonly origin: "PATH" | "download" | "build";
}

/** Finds, downloads or builds every requested binary, in this order of preference. */
export async function ensureTools(context: Context, pins = PINS): Promise<Tool[]> {
  const found = await Promise.all(pins.map((pin) => findTool(pin, context)));
  if (found.every((tool) => tool !== undefined)) {
    return found;
  }
  const lock = path.join(context.places.cache, "tools.lock");
  const onWait = () => context.say("another make is preparing the tools; waiting for it");
  return withLock(lock, onWait, async () => {
    const tools: Tool[] = [];
    for (const [index, pin] of pins.entries()) {
      tools.push(found[index] ?? findInCache(pin, context) ?? (await obtain(pin, context)));
    }
    return tools;
  });
}

/** An existing binary: on PATH in a suitable version, or in the cache. */
export async function findTool(pin: Pin, context: Context): Promise<Tool | undefined> {
  const onPath = await findOnUsersPath(pin, context);
  return onPath?.fits ? onPath.tool : findInCache(pin, context);
}

/** The binary of that name that a shell would run, in any version. */
export async function findOnUsersPath(
  pin: Pin,
  { env }: Context,
): Promise<{ readonly tool: Tool; readonly fits: boolean } | undefined> {
  const [file] = findOnPath(pin.name, env.PATH ?? "");
  if (file === undefined) {
    return undefined;
  }
  const { output } = await runChild(file, pin.versionArguments, {
    env,
    timeoutSeconds: VERSION_TIMEOUT_SECONDS,
  });
  const version = findVersion(output) ?? "unknown";
  const tool: Tool = { pin, file, version, origin: "PATH" };
  return { tool, fits: versionFits(version, pin.version, pin.accepts) };
}

function findInCache(pin: Pin, { places }: Context): Tool | undefined {
  const folder = toolFolder(places.cache, pin.name, pin.version);
  const file = path.join(folder, pin.name);
  if (!isExecutable(file)) {
    return undefined;
  }
  const origin = existsSync(path.join(folder, ORIGIN_FILE)) ? "download" : "build";
  return { pin, file, version: pin.version, origin };
}

async function obtain(pin: Pin, context: Context): Promise<Tool> {
  if (!(await downloadTool(pin, context))) {
    await buildTool(pin, context);
  }
  const tool = findInCache(pin, context);
  if (tool === undefined) {
    throw new Error(
      `${pin.name} ${pin.version} was downloaded or built, but is not in ${context.places.cache}`,
    );
  }
  return tool;
}
