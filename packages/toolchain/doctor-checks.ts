import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { runChild } from "./child";
import type { Context } from "./context";
import { findEmulator } from "./emulator-process";
import type { Pin } from "./pins";
import { type Plugin, pluginVersion } from "./plugins";
import { findOnPath } from "./search-path";
import type { ToolCheck } from "./tool-checks";
import { findOnUsersPath, type Tool } from "./tools";

/** Free disk space for a first build: modules, Go's build cache and the binaries. */
const DISK_GIB = 10;
const GIB = 1024 ** 3;
const NODE_MAJOR = 20;
/** The `go` line of the go.mod files. */
const GO = { major: 1, minor: 26 };

export function checkNode(version: string): ToolCheck {
  const wanted = `>= ${NODE_MAJOR}`;
  return Number.parseInt(version, 10) >= NODE_MAJOR
    ? { subject: "node", found: version, wanted, state: "ok" }
    : {
        subject: "node",
        found: version,
        wanted,
        state: "fault",
        fix: "install Node.js 20 or later",
      };
}

export async function checkMake({ env }: Context): Promise<ToolCheck> {
  const subject = "make";
  const wanted = "GNU make";
  if (findOnPath("make", env.PATH ?? "").length === 0) {
    return { subject, found: "not on PATH", wanted, state: "fault", fix: "install GNU make" };
  }
  const { output } = await runChild("make", ["--version"], { env });
  const found = output.split("\n", 1)[0] ?? "";
  return found.startsWith("GNU Make")
    ? { subject, found, wanted, state: "ok" }
    : { subject, found, wanted, state: "fault", fix: "install GNU make and call it as `make`" };
}

/** @param complete whether every binary exists, so that no build is needed */
export async function checkGo({ env }: Context, complete: boolean): Promise<ToolCheck> {
  const subject = "go";
  const wanted = `>= ${GO.major}.${GO.minor}`;
  const unfit = complete ? "ok" : "fault";
  const fix = `install Go ${GO.major}.${GO.minor} or later (https://go.dev/dl): some tools must be built`;
  if (findOnPath("go", env.PATH ?? "").length === 0) {
    return { subject, found: "not on PATH", wanted, state: unfit, fix };
  }
  // In a folder without go.mod, so that Go does not download another version of itself.
  const { output } = await runChild("go", ["env", "GOVERSION", "GOTOOLCHAIN"], {
    env,
    cwd: tmpdir(),
  });
  const [found = "", toolchain = ""] = output.split("\n");
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(found) ?? [];
  const recent = Number(major) === GO.major && Number(minor) >= GO.minor;
  if (recent || toolchain.endsWith("auto")) {
    return { subject, found, wanted, state: "ok" };
  }
  return { subject, found, wanted, state: unfit, fix };
}

export async function checkDisk({ places }: Context, complete: boolean): Promise<ToolCheck> {
  const subject = "disk";
  const wanted = complete ? "" : `${DISK_GIB} GiB free`;
  const { bavail, bsize } = await statfs(existingAncestor(places.cache));
  const free = Math.floor((bavail * bsize) / GIB);
  const found = `${free} GiB free`;
  return complete || free >= DISK_GIB
    ? { subject, found, wanted, state: "ok" }
    : { subject, found, wanted, state: "fault", fix: `free ${DISK_GIB} GiB for the first build` };
}

/** The folder itself or, if it does not exist yet, its nearest existing parent. */
function existingAncestor(folder: string): string {
  return existsSync(folder) ? folder : existingAncestor(path.dirname(folder));
}

/** @param tool the tool to use, if it exists */
export async function checkTool(
  pin: Pin,
  tool: Tool | undefined,
  context: Context,
): Promise<ToolCheck> {
  const wanted = pin.accepts === "exact" ? pin.version : `${pin.version} (${pin.accepts})`;
  const onPath = await findOnUsersPath(pin, context);
  const passedOver =
    onPath && !onPath.fits ? `; ${onPath.tool.file} is ${onPath.tool.version}` : "";
  const base = { subject: pin.name, wanted };
  return tool === undefined
    ? { ...base, found: `not yet: downloaded or built by \`make up\`${passedOver}`, state: "later" }
    : { ...base, found: `${tool.version}, ${ORIGINS[tool.origin]}${passedOver}`, state: "ok" };
}

const ORIGINS: Readonly<Record<Tool["origin"], string>> = {
  PATH: "on PATH",
  download: "official download",
  build: "built here",
};

export function checkPlugin(plugin: Plugin, { places }: Context): ToolCheck {
  const { pin, kind, origin } = plugin;
  const wanted = pin.kind === "language" ? "that of pulumi" : pluginVersion(pin, places.checkout);
  return { subject: pin.file, found: `${kind}, from ${origin}`, wanted, state: "ok" };
}

export async function checkEmulator(context: Context): Promise<ToolCheck> {
  const running = await findEmulator(context);
  const base = { subject: "emulator", wanted: "" };
  return running
    ? { ...base, found: `runs at ${running.endpoint} (pid ${running.pid})`, state: "ok" }
    : { ...base, found: "not running: `make up` and `make env` start it", state: "later" };
}
