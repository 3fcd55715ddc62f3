import { parseArgs } from "node:util";
import { describeError, UserError } from "./errors";
import { createControlPlanes } from "./kubernetes";
import { startEmulator } from "./server";

const USAGE = "usage: emulator serve --state <directory> [--port <number>] [--no-spare]";

interface Arguments {
  readonly stateDirectory: string;
  readonly port: number | undefined;
  /** Whether a control plane is kept ready for the next cluster. */
  readonly spare: boolean;
}

async function main(): Promise<void> {
  const { stateDirectory, port, spare } = readArguments(process.argv.slice(2));
  const log = (line: string) => console.log(`${new Date().toISOString()} ${line}`);
  const emulator = await startEmulator({
    stateDirectory,
    port,
    createControlPlanes: (options) => createControlPlanes({ ...options, spare }),
    log,
  });
  log(`serving ${stateDirectory} at ${emulator.url}`);
  const stop = (signal: NodeJS.Signals) => {
    log(`${signal}: stopping`);
    emulator.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

/** @throws UserError */
function readArguments(args: readonly string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        state: { type: "string" },
        port: { type: "string" },
        "no-spare": { type: "boolean", default: false },
      },
      allowPositionals: true,
    });
    const port = values.port === undefined ? undefined : Number(values.port);
    const isPort = port === undefined || (Number.isInteger(port) && port > 0 && port < 65536);
    if (positionals.join() === "serve" && values.state && isPort) {
      return { stateDirectory: values.state, port, spare: !values["no-spare"] };
    }
  } catch (cause) {
    throw new UserError(cause instanceof Error ? cause.message : String(cause), USAGE, { cause });
  }
  throw new UserError(`cannot understand "${args.join(" ")}"`, USAGE);
}

function fail(error: unknown): never {
  console.error(describeError(error));
  process.exit(1);
}

main().catch(fail);
