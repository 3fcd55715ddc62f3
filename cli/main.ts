import { setMaxListeners } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./run";
import { EXIT } from "./terminal/errors";
import { flushed } from "./terminal/terminal";

/** Ends the process at once after a second Ctrl-C. */
function onInterrupt(abort: AbortController): void {
  if (abort.signal.aborted) {
    process.exit(EXIT.interrupted);
  }
  abort.abort();
}

async function main(): Promise<void> {
  const abort = new AbortController();
  // Every running request listens to the signal, so many listeners are not a leak.
  setMaxListeners(0, abort.signal);
  process.on("SIGINT", () => onInterrupt(abort));
  process.on("SIGTERM", () => onInterrupt(abort));
  // The bundle lies in build/ of the project.
  const home = join(__dirname, "..");
  const { version } = JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as {
    version: string;
  };
  // Node ends when nothing is left to wait for, although the command has not ended: that must not look like a success.
  process.exitCode = EXIT.failed;
  const exitCode = await run(process.argv.slice(2), {
    env: process.env,
    cwd: process.cwd(),
    home,
    version,
    streams: process,
    signal: abort.signal,
    now: () => new Date(),
  });
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  // Exits at once, because a library may keep a connection open, or wait for a process that hangs.
  process.exit(exitCode);
}

void main();
