import { availableParallelism, freemem } from "node:os";
import { UserError } from "./errors";

/** A set of tests that runs as one process. */
export interface Suite {
  readonly name: string;
  /** Program under node_modules/, run with Node. */
  readonly program: string;
  readonly args: readonly string[];
  /** Whether it writes jest's report; otherwise its exit code counts as one test. */
  readonly isJest: boolean;
  /** Time limit, after which it is ended and counts as failed. */
  readonly limitMinutes: number;
}

function check(name: string, program: string, args: readonly string[]): Suite {
  return { name, program, args, isJest: false, limitMinutes: 20 };
}

/** Projects of jest.config.js, as one run. */
function jest(name: string, limitMinutes: number, ...options: string[]): Suite {
  return { name, program: "jest/bin/jest.js", args: options, isJest: true, limitMinutes };
}

/** By default jest leaves one core idle: on two cores it would run all files in turn. */
const ALL_CORES = "--maxWorkers=100%";

/** Suites that need only node_modules; `npm run check` runs the same. */
export const QUICK_SUITES: readonly Suite[] = [
  check("format", "@biomejs/biome/bin/biome", ["ci", "--colors=off", "."]),
  check("lint", "oxlint/bin/oxlint", ["--config=oxlint.config.mjs"]),
  check("types", "typescript-7/bin/tsc", ["--noEmit"]),
  // On a new machine the tools are built beside it.
  jest("fast", 30, "--selectProjects", "fast", ALL_CORES),
];

/** Memory of a worker with its emulator, control planes, Pulumi and plugins. */
const WORKER_BYTES = 3 * 1024 ** 3;

/** These tests mostly wait for clusters, so three at a time fit on two cores. */
export function toolWorkers(cores: number, freeBytes: number): number {
  return Math.max(1, Math.min(Math.ceil(1.5 * cores), Math.floor(freeBytes / WORKER_BYTES)));
}

/** Suites with real control planes and the real Pulumi. In one run, so that no worker is idle before the end. */
export function toolSuites(): readonly Suite[] {
  const projects = ["kustomize", "emulator", "plugins", "integration", "e2e"];
  const workers = toolWorkers(availableParallelism(), freemem());
  return [jest("tools", 75, "--selectProjects", ...projects, `--maxWorkers=${workers}`)];
}

/** Suites that also run on the other line of Node: the quick tests, and the lifecycle of one environment. */
export const OTHER_NODE_SUITES: readonly Suite[] = [
  jest(
    "fast and lifecycle on another Node",
    20,
    "--selectProjects",
    "fast",
    "e2e",
    "--testPathPatterns",
    "^(?!.*tests/e2e/)|tests/e2e/lifecycle",
    ALL_CORES,
  ),
];

/** One part of the tests, for a CI job. The checks belong to the first part. @throws UserError */
export function shardOf(suites: readonly Suite[], shard: string | undefined): readonly Suite[] {
  if (shard === undefined) {
    return suites;
  }
  const [, index, count] = /^([1-9]\d*)\/([1-9]\d*)$/.exec(shard) ?? [];
  if (Number(index) > Number(count) || index === undefined) {
    throw new UserError(
      `SHARD is "${shard}", but must be a part of a whole`,
      "use SHARD=1/4 to SHARD=4/4",
    );
  }
  return suites
    .filter(({ isJest }) => isJest || index === "1")
    .map((suite) =>
      suite.isJest ? { ...suite, args: [...suite.args, `--shard=${shard}`] } : suite,
    );
}
