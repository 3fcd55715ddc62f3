import { COMMANDS, GROUPS } from "../commands";
import { backendUrl } from "../stacks/backend-url";
import { Engine } from "../stacks/engine";
import { findProject } from "../stacks/project";
import { openBucket } from "../stacks/read-stacks";
import { listStackFiles } from "../stacks/stack-files";
import type { Argument, Command } from "../terminal/command";
import type { Context, Project } from "../terminal/context";
import { type Flag, flagsOf, readWords } from "./flags";

/** Printed instead of candidates to make the shell offer folders. */
const FOLDERS = ":folders";
/** Time limit for the backend, because a user who presses Tab does not wait longer. */
const PATIENCE_MS = 3_000;

/** A candidate for the next word. */
interface Candidate {
  readonly value: string;
  readonly description?: string;
}

/**
 * Returns the candidates for the next word of a command line.
 *
 * @param words - of the line up to the cursor, without the program's name; the last one, which may be empty, is the one
 *   to complete
 * @returns a line for each candidate, with its description behind a tab; or `:folders`, for the shell to offer those
 */
export async function complete(
  words: readonly string[],
  surroundings: Pick<Context, "env" | "cwd" | "home">,
): Promise<string[]> {
  const current = words.at(-1) ?? "";
  const candidates = await candidatesFor(words.slice(0, -1), current, surroundings);
  return candidates
    .filter(({ value }) => value === FOLDERS || value.startsWith(current))
    .map(({ value, description }) => [value, ...(description ? [description] : [])].join("\t"));
}

async function candidatesFor(
  typed: readonly string[],
  current: string,
  surroundings: Pick<Context, "env" | "cwd" | "home">,
): Promise<Candidate[]> {
  const [first, second] = typed;
  if (first === undefined && current.startsWith("-")) {
    return [{ value: "--help" }, { value: "--version" }];
  }
  if (first === undefined || (first === "help" && typed.length === 1)) {
    return firstWords();
  }
  const isGroup = first in GROUPS;
  if (isGroup && second === undefined) {
    return COMMANDS.filter(({ name }) => name.startsWith(`${first} `)).map(
      ({ name, summary: description }) => ({ value: name.slice(first.length + 1), description }),
    );
  }
  const name = isGroup ? `${first} ${second ?? ""}` : first;
  const words = typed.slice(isGroup ? 2 : 1);
  const command = COMMANDS.find((one) => one.name === name);
  if (command === undefined) {
    return [];
  }
  const flags = flagsOf(command);
  const { awaiting, given, values, positionals, onlyPositionals } = readWords(words, flags);
  if (awaiting !== undefined) {
    return valuesOf(awaiting);
  }
  if (!onlyPositionals && current.startsWith("-")) {
    return optionsFor(current, flags, given);
  }
  const argument = argumentAt(command, positionals);
  return argument?.completes === "stacks"
    ? stackCandidates(values.get("--project"), surroundings)
    : (argument?.completes ?? []).map((value) => ({ value }));
}

/** A group counts as one command. */
function firstWords(): Candidate[] {
  const words = COMMANDS.filter(({ isHidden }) => !isHidden).map(
    ({ name, summary }): [string, string] => {
      const [first = name] = name.split(" ");
      return [first, GROUPS[first] ?? summary];
    },
  );
  return [...new Map(words)].map(([value, description]) => ({ value, description }));
}

function optionsFor(
  current: string,
  flags: readonly Flag[],
  given: ReadonlySet<Flag>,
): Candidate[] {
  const [long = "", value] = current.split("=", 2);
  const flag = flags.find((one) => one.long === long);
  if (flag !== undefined && value !== undefined) {
    return valuesOf(flag).map((candidate) =>
      candidate.value === FOLDERS ? candidate : { value: `${long}=${candidate.value}` },
    );
  }
  return flags
    .filter((one) => one.repeatable || !given.has(one))
    .map(({ long: name, description }) => ({ value: name, description }));
}

function valuesOf({ placeholder, choices }: Flag): Candidate[] {
  return placeholder === "<folder>"
    ? [{ value: FOLDERS }]
    : (choices ?? []).map((value) => ({ value }));
}

function argumentAt({ arguments: all }: Command, index: number): Argument | undefined {
  const last = all.at(-1);
  return all[index] ?? (last?.syntax.includes("...") ? last : undefined);
}

/** Returns no candidates after a failure, whose reason does not help a user who completes a word. */
async function stackCandidates(
  project: string | undefined,
  { env, cwd, home }: Pick<Context, "env" | "cwd" | "home">,
): Promise<Candidate[]> {
  try {
    const found = findProject(project, cwd, home);
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const givenUp = new Promise<string[]>((resolve) => {
      signal.addEventListener("abort", () => resolve([]), { once: true });
    });
    const names = await Promise.race([stackNames(found, env, signal), givenUp]);
    return names.map((value) => ({ value }));
  } catch {
    return [];
  }
}

/**
 * Returns the names of a project's stacks from the backend's list, without reading a stack.
 *
 * @throws {Error} when the backend cannot be read
 */
async function stackNames(
  project: Project,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<string[]> {
  const bucket = await openBucket(backendUrl(env, project.folder));
  if (bucket !== undefined) {
    return (await listStackFiles(bucket, project.name)).map(({ stack }) => stack).sort();
  }
  const engine = new Engine(project.folder, env);
  const { stdout } = await engine.run(["stack", "ls", "--json"], { signal });
  return (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name).sort();
}
