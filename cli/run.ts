import { stripVTControlCharacters } from "node:util";
import {
  Command as Commander,
  CommanderError,
  Option as CommanderOption,
  InvalidArgumentError,
} from "commander";
import { describeError, UserError } from "../core/errors";
import { secretsIn } from "../core/known-secrets";
import { COMMANDS, GROUPS } from "./commands";
import { findProject } from "./stacks/project";
import type { Command, Option, Result } from "./terminal/command";
import type { Context } from "./terminal/context";
import type { ErrorData } from "./terminal/error.data";
import { EXIT, type ExitCode, exitCodeOf, InterruptedError } from "./terminal/errors";
import { CLEAR_LINE, type Terminal, terminalOf } from "./terminal/terminal";

/** The process around a run; tests pass their own. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Folder of this command's own project. */
  readonly home: string;
  readonly version: string;
  readonly streams: Parameters<typeof terminalOf>[0];
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

interface CommonOptions {
  readonly project?: string;
  readonly verbose?: boolean;
  readonly json?: boolean;
}

/** The entry point of the shells' completion scripts. The help omits it, because nobody types it. */
const COMPLETE = "__complete";

/** Runs one command line, without the program's name. @returns the exit code */
export async function run(argv: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const terminal = terminalOf(surroundings.streams, surroundings.env, secretsIn(surroundings.env));
  if (argv[0] === COMPLETE) {
    return completeLine(argv.slice(1), surroundings, terminal);
  }
  let exitCode: ExitCode = EXIT.done;
  const program = programFor(terminal, surroundings.version);
  for (const command of COMMANDS) {
    addCommand(program, command, async (args, options) => {
      exitCode = await runCommand(command, args, options, terminal, surroundings);
    });
  }
  try {
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      throw error;
    }
    if (error.exitCode === 0) {
      return EXIT.done;
    }
    if (argv.includes("--json")) {
      const message = error.message.replace(/^error: /, "");
      terminal.out.write(errorJson(message, undefined, EXIT.usage));
    }
    return EXIT.usage;
  }
  return exitCode;
}

async function completeLine(
  words: readonly string[],
  surroundings: Surroundings,
  { out }: Terminal,
): Promise<ExitCode> {
  const { complete } = await import("./completion/complete.js");
  const candidates = await complete(words, surroundings);
  out.write(candidates.map((line) => `${line}\n`).join(""));
  return EXIT.done;
}

function programFor(terminal: Terminal, version: string): Commander {
  return new Commander("doks-env")
    .description("Short-lived Kubernetes environments on DigitalOcean, one Pulumi stack each.")
    .version(version)
    .exitOverride()
    .showHelpAfterError("  fix: see doks-env --help")
    .configureOutput({
      writeOut: terminal.out.write,
      writeErr: terminal.err.write,
      getOutHelpWidth: () => terminal.out.columns,
      getErrHelpWidth: () => terminal.err.columns,
      getOutHasColors: () => terminal.out.paint.isColorSupported,
      getErrHasColors: () => terminal.err.paint.isColorSupported,
      outputError: (text, write) => write(text.replace(/^error:/, terminal.err.paint.red)),
    })
    .addHelpText(
      "after",
      "\nStart with `doks-env doctor`, then `doks-env up <your name>-dev`." +
        "\nExit codes: 0 done, 1 failed, 2 usage (nothing was done), 3 partly done, 130 interrupted.",
    );
}

function addCommand(
  program: Commander,
  command: Command,
  action: (args: string[], options: CommonOptions) => Promise<void>,
): void {
  const { name, summary, description, options, schema, examples, isHidden = false } = command;
  const [last = "", group] = name.split(" ").reverse();
  const added = (group === undefined ? program : groupOf(program, group))
    .command(last, { hidden: isHidden })
    .summary(summary)
    .showHelpAfterError(`  fix: see doks-env ${name} --help`)
    .description([`${summary}.`, description].filter(Boolean).join("\n\n"));
  for (const { syntax, description: meaning } of command.arguments) {
    added.argument(syntax, meaning);
  }
  for (const option of options) {
    added.addOption(optionOf(option));
  }
  if (schema !== undefined) {
    added.option("--json", `print the result as JSON (schema ${schema}, in docs/schemas)`);
  }
  added
    .option(
      "-C, --project <folder>",
      "folder with Pulumi.yaml (default: the current folder or its nearest parent)",
    )
    .option("-v, --verbose", "also show Pulumi's own output")
    .addHelpText(
      "after",
      `\nExamples:\n${examples.map(({ does, command: line }) => `  ${line}\n      ${does}\n`).join("")}`,
    )
    .action((...all: unknown[]) => action(all.slice(0, -2).flat() as string[], added.opts()));
}

/** The parent command of a group; it does nothing itself. */
function groupOf(program: Commander, name: string): Commander {
  const known = program.commands.find((command) => command.name() === name);
  return known ?? program.command(name).description(GROUPS[name] ?? "");
}

function optionOf({ flags, description, repeatable, choices }: Option): CommanderOption {
  const option = new CommanderOption(flags, description);
  if (choices !== undefined) {
    option.choices(choices);
  }
  if (repeatable) {
    option.default([], "none").argParser((value: string, all: string[]) => {
      // argParser() replaces commander's own check of the choices.
      if (choices !== undefined && !choices.includes(value)) {
        throw new InvalidArgumentError(`Allowed choices are ${choices.join(", ")}.`);
      }
      return [...all, value];
    });
  }
  return option;
}

async function runCommand(
  command: Command,
  args: readonly (string | undefined)[],
  options: CommonOptions,
  terminal: Terminal,
  { env, cwd, home, signal, now }: Surroundings,
): Promise<ExitCode> {
  const { json = false, verbose = false } = options;
  try {
    const context: Context = {
      project: findProject(options.project, cwd, home),
      env,
      cwd,
      home,
      terminal,
      signal,
      now,
      json,
      verbose,
      // Clears the progress line, which may be half drawn.
      say: (line) => terminal.err.write(`${terminal.live ? CLEAR_LINE : ""}${line}\n`),
    };
    const { run: action } = await command.load();
    const given = args.filter((arg): arg is string => arg !== undefined);
    const result = await action(context, given, options);
    terminal.out.write(json ? jsonOf(command, result) : result.text());
    return result.exitCode ?? EXIT.done;
  } catch (error) {
    return reportError(interruptedBy(signal, error), { json, verbose }, terminal);
  }
}

function jsonOf({ schema }: Command, { data }: Result): string {
  return jsonText({ schema: `doks-env/${schema ?? ""}`, ...data });
}

/** Ctrl-C causes every failure that follows it: an aborted request, a process that was stopped. */
function interruptedBy(signal: AbortSignal, error: unknown): unknown {
  return signal.aborted && !(error instanceof InterruptedError)
    ? new InterruptedError(
        "interrupted before the command finished",
        "run the same command again",
        {
          cause: error,
        },
      )
    : error;
}

/** Prints the error as text on stderr and, with `--json`, as JSON on stdout. */
function reportError(
  error: unknown,
  { json, verbose }: Pick<Context, "json" | "verbose">,
  { out, err }: Terminal,
): ExitCode {
  const exitCode = exitCodeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const fix = error instanceof UserError ? error.fix : undefined;
  if (json) {
    out.write(errorJson(message, fix, exitCode));
  }
  err.write(`${err.paint.red("error:")} ${describeError(error)}\n`);
  if (verbose && error instanceof Error && error.stack !== undefined) {
    err.write(`${error.stack}\n`);
  }
  return exitCode;
}

function errorJson(message: string, fix: string | undefined, exitCode: ExitCode): string {
  const schema = "doks-env/error/v1";
  // The message may contain a diagnosis that is coloured for stderr.
  const plain = stripVTControlCharacters(message);
  const data: ErrorData = { message: plain, fix, exitCode };
  return jsonText({ schema, ...data });
}

/** JSON in which GitHub Actions finds no workflow command: see {@link withoutWorkflowCommands}. */
function jsonText(data: object): string {
  return `${JSON.stringify(data, undefined, 2).replaceAll("##[", "#\\u0023[")}\n`;
}
