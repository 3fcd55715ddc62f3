import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { RULES, type Rule } from "./rules";

/** The part of a rule that transform.js applies. */
type Mutation = Pick<Rule, "file" | "code" | "instead">;

/** The part of the output of `jest --json` that is read. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/**
 * Removes each safety rule from the code, one at a time, and runs its tests: one must fail. Prints a table of the rules
 * with the first test that failed, and exits with 1 if no test fails without a rule.
 */
function main(words: readonly string[]): void {
  const chosen = RULES.filter(({ rule }) => words.every((word) => rule.includes(word)));
  let unproved = 0;
  print(["without the rule that", "this fails"]);
  print(["---", "---"]);
  for (const rule of chosen) {
    const failed = firstFailure(rule);
    unproved += failed === undefined ? 1 : 0;
    print([rule.rule, failed ?? "**nothing**"]);
  }
  process.stderr.write(`${chosen.length - unproved} of ${chosen.length} rules are proved\n`);
  process.exitCode = unproved === 0 ? 0 : 1;
}

function firstFailure({ file, code, instead, tests }: Rule): string | undefined {
  if (readFileSync(file, "utf8").split(code).length !== 2) {
    throw new Error(`${file} must contain the code of the rule once: ${code}`);
  }
  for (const { name, message, assertionResults } of run({ file, code, instead }, tests)) {
    const failed = assertionResults.find(({ status }) => status === "failed");
    if (failed) {
      return `${relative("tests", name).replace(".test.ts", "")}: ${failed.fullName}`;
    }
    if (assertionResults.length === 0) {
      throw new Error(`the tests do not run without the code of the rule: ${code}\n${message}`);
    }
  }
  return undefined;
}

/** Runs tests against the changed code. */
function run(mutation: Mutation, tests: readonly string[]): Report["testResults"] {
  const jest = resolve("node_modules/jest/bin/jest.js");
  // Without a rule, a test may leave a connection open that keeps jest from ending.
  const ends = ["--forceExit", "--json", "--runInBand"];
  const options = ["--selectProjects=fast", ...ends, "--runTestsByPath"];
  const files = tests.map((name) => `tests/${name}.test.ts`);
  // The exit code is not 0, because a test fails.
  const { stdout } = spawnSync(process.execPath, [jest, ...options, ...files], {
    env: { ...process.env, MUTATION: JSON.stringify(mutation) },
    encoding: "utf8",
  });
  return (JSON.parse(stdout) as Report).testResults;
}

function print(cells: readonly string[]): void {
  process.stdout.write(`| ${cells.join(" | ")} |\n`);
}

main(process.argv.slice(2));
