import type { Context } from "./context";
import { doctor } from "./doctor";
import { emulatorCommand, findEmulator, startEmulator, stopEmulator } from "./emulator-process";
import { describeError, UserError } from "./errors";
import { runForeground } from "./exec";
import { formatExports } from "./exports";
import { emulatorState, places } from "./places";
import { withoutFolders } from "./search-path";
import { runTests } from "./test-run";
import { ensureTools } from "./tools";
import {
  applyVariables,
  controlPlaneVariables,
  toolVariables,
  type Variables,
  workVariables,
} from "./variables";

type Command = (context: Context, args: readonly string[]) => Promise<number>;

const COMMANDS: Readonly<Record<string, Command>> = {
  ensure: async (context) => {
    await ensureTools(context);
    return 0;
  },
  env: async (context) => {
    process.stdout.write(formatExports(await allVariables(context)));
    return 0;
  },
  exec: async (context, args) => {
    const command = args[0] === "--" ? args.slice(1) : args;
    return runForeground(command, await applyVariables(context.env, await allVariables(context)));
  },
  emulator,
  doctor: async (context) => {
    const { text, healthy } = await doctor(context);
    process.stdout.write(text);
    return healthy ? 0 : 1;
  },
  test: runTests,
};

/** All variables for a shell, with the emulator running. */
async function allVariables(context: Context): Promise<Variables> {
  const tools = await toolVariables(context);
  const { endpoint } = await startEmulator(context, tools);
  return { ...tools, ...(await workVariables(endpoint, context)) };
}

async function emulator(
  context: Context,
  [action = "", ...args]: readonly string[],
): Promise<number> {
  if (action === "run") {
    const env = await applyVariables(context.env, await controlPlaneVariables(context));
    return runForeground(emulatorCommand(context.places.checkout, args), env);
  }
  if (action === "start") {
    await startEmulator(context, await toolVariables(context));
  } else if (action === "stop") {
    context.say((await stopEmulator(context)) ? "stopped the emulator" : "no emulator was running");
    return 0;
  } else if (action !== "status") {
    throw new UserError(`unknown action "${action}"`, "use one of: run, start, stop, status");
  }
  const running = await findEmulator(context);
  const state = emulatorState(context.places.checkout);
  context.say(
    running
      ? `the emulator runs at ${running.endpoint} (pid ${running.pid}, state in ${state})`
      : "the emulator is not running",
  );
  return running ? 0 : 1;
}

async function main(): Promise<number> {
  const [name = "", ...args] = process.argv.slice(2);
  const command = COMMANDS[name];
  if (command === undefined) {
    throw new UserError(
      `unknown command "${name}"`,
      `use one of: ${Object.keys(COMMANDS).join(", ")}`,
    );
  }
  const here = places(process.env);
  const PATH = withoutFolders(process.env.PATH ?? "", [
    here.cache,
    `${here.checkout}/build`,
    `${here.checkout}/bin`,
  ]);
  const say = (line: string) => process.stderr.write(`${line}\n`);
  return command({ places: here, env: { ...process.env, PATH }, say }, args);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`error: ${describeError(error)}\n`);
    process.exitCode = error instanceof UserError ? 1 : 70;
  },
);
