import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import path from "node:path";
import { finished } from "node:stream/promises";
import { runChild } from "./child";
import type { Context } from "./context";
import { ORIGIN_FILE } from "./download";
import { UserError } from "./errors";
import type { Pin } from "./pins";
import { toolFolder } from "./places";
import { formatElapsed, withProgress } from "./progress";
import { findOnPath } from "./search-path";

const GIB = 1024 ** 3;
/** The memory of one compiler process, in bytes: the largest Kubernetes packages need about this much. */
const MEMORY_PER_COMPILER = GIB;
/** The number of lines shown from the end of a failed build. */
const TAIL_LINES = 12;

/**
 * Builds a binary from its Go module into the cache.
 *
 * Go verifies every module: against the committed go.sum, and that against the checksum database.
 *
 * @throws {UserError} with the binary, the step, the remedy and the log
 */
export async function buildTool(pin: Pin, context: Context): Promise<void> {
  requireGo(pin, context);
  const { say, places } = context;
  const started = Date.now();
  const folder = toolFolder(places.cache, pin.name, pin.version);
  const part = path.join(folder, `${pin.name}.part-${process.pid}`);
  const log = path.join(places.cache, "logs", `${pin.name}-${pin.version}.log`);
  await mkdir(folder, { recursive: true });
  await mkdir(path.dirname(log), { recursive: true });
  say(`building ${pin.name} ${pin.version} from its Go module (once; minutes). Log: ${log}`);
  try {
    const { code, output } = await compile(pin, part, log, context);
    if (code !== 0) {
      throw buildFailure(pin, output, log);
    }
    await rm(path.join(folder, ORIGIN_FILE), { force: true });
    await rename(part, path.join(folder, pin.name));
  } finally {
    await rm(part, { force: true });
  }
  say(`built ${pin.name} ${pin.version} in ${formatElapsed(Date.now() - started)}`);
}

async function compile(pin: Pin, outfile: string, log: string, { env, say, places }: Context) {
  let compiled = 0;
  let doing = "reading its modules";
  const logStream = createWriteStream(log);
  const onLine = (line: string) => {
    logStream.write(`${line}\n`);
    if (line.startsWith("go: ")) {
      doing = line.slice("go: ".length);
    } else {
      compiled += 1;
      doing = line;
    }
  };
  const build = withProgress(
    say,
    () => `building ${pin.name}: ${compiled} packages compiled, last ${doing}`,
    () =>
      runChild("go", buildArguments(pin, outfile), {
        cwd: path.join(places.checkout, "packages/toolchain/modules", pin.module),
        // A go.work above the checkout must not change versions; without cgo no C compiler is needed.
        env: { ...env, CGO_ENABLED: "0", GOWORK: "off" },
        onLine,
      }),
  ).finally(() => logStream.end());
  // An error that names the log must find it written.
  const [built] = await Promise.all([build, finished(logStream)]);
  return built;
}

function buildArguments(pin: Pin, outfile: string): string[] {
  const variables = Object.entries(pin.variables).map(([name, value]) => `-X ${name}=${value}`);
  const memory = Math.floor(totalmem() / MEMORY_PER_COMPILER);
  const parallel = Math.max(1, Math.min(availableParallelism(), memory));
  return [
    "build",
    "-v",
    "-mod=readonly",
    "-trimpath",
    `-p=${parallel}`,
    `-ldflags=${["-s", "-w", ...variables].join(" ")}`,
    `-o=${outfile}`,
    pin.package,
  ];
}

function requireGo(pin: Pin, { env }: Context): void {
  if (findOnPath("go", env.PATH ?? "").length === 0) {
    throw new UserError(
      `${pin.name} ${pin.version} is not on PATH, cannot be downloaded here, and cannot be built: \`go\` is not on PATH`,
      `install Go (https://go.dev/dl) or ${pin.name} ${pin.version}, and run this again`,
    );
  }
}

/** Go's messages for failed builds, each with the failed step and the fix. */
const FAILURES: readonly { readonly says: RegExp; readonly step: string; readonly fix: string }[] =
  [
    {
      says: /checksum mismatch|missing go\.sum entry|updates to go\.(mod|sum) needed|verifying .*: /,
      step: "verifying its modules",
      fix: "restore packages/toolchain/modules from git; if it happens again, the module proxy serves other code than the pinned one: do not use it",
    },
    {
      says: /requires go >= /,
      step: "choosing the Go version",
      fix: "install the Go version it asks for, or set GOTOOLCHAIN=auto so that Go gets it",
    },
    {
      says: /no space left on device/,
      step: "compiling it",
      fix: "free 10 GB of disk (`go clean -cache` empties Go's own cache) and run this again",
    },
    {
      says: /dial tcp|no such host|i\/o timeout|TLS handshake|connection refused|: 40[34] |: 5\d\d /,
      step: "downloading its modules",
      fix: "check that the Go module proxy (`go env GOPROXY`) is reachable, and run this again",
    },
    {
      says: /signal: killed|cannot allocate memory/,
      step: "compiling it",
      fix: "free memory (2 GB are needed) and run this again: finished packages are kept",
    },
  ];

function buildFailure(pin: Pin, output: string, log: string): UserError {
  const known = FAILURES.find(({ says }) => says.test(output));
  const tail = output.split("\n").slice(-TAIL_LINES).join("\n  | ");
  return new UserError(
    `building ${pin.name} ${pin.version} failed at ${known?.step ?? "compiling it"}:\n  | ${tail}`,
    `${known?.fix ?? `run this again, or put ${pin.name} ${pin.version} on PATH yourself`} (log: ${log})`,
  );
}
