/** A set of tests that runs as one process. */
export interface Suite {
  readonly name: string;
  /** Program under node_modules/, run with Node. */
  readonly program: string;
  readonly args: readonly string[];
  /** Whether it writes jest's report; if not, its exit code is one test. */
  readonly isJest: boolean;
  /** After this long it is ended and counts as failed. */
  readonly limitMinutes: number;
}

function check(name: string, program: string, args: readonly string[]): Suite {
  return { name, program, args, isJest: false, limitMinutes: 8 };
}

/** One of the projects of jest.config.js. */
function jest(name: string, limitMinutes: number, ...options: string[]): Suite {
  const args = ["--selectProjects", name, ...options];
  return { name, program: "jest/bin/jest.js", args, isJest: true, limitMinutes };
}

/** Suites that need only node_modules; `npm run check` runs the same. */
export const QUICK_SUITES: readonly Suite[] = [
  check("format", "@biomejs/biome/bin/biome", ["ci", "--colors=off", "."]),
  check("lint", "eslint/bin/eslint.js", ["."]),
  check("types", "typescript/bin/tsc", ["--noEmit"]),
  // On a new machine the tools are built beside it.
  jest("fast", 15),
];

/** Suites that run real control planes and the real Pulumi. */
export const TOOL_SUITES: readonly Suite[] = [
  jest("kustomize", 3),
  jest("emulator", 12),
  jest("plugins", 10),
  jest("integration", 8),
  // Most of the time they wait for clusters, so two at a time fit two cores.
  jest("e2e", 50, "--maxWorkers=2"),
];
