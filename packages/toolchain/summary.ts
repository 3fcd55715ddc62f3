import path from "node:path";

/** Numbers of tests in one or several suites. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The used part of jest's `--json` report. @see https://jestjs.io/docs/cli#--json */
export interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  /** Test files that could not run at all: none of their tests is in the other numbers. */
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly JestFile[];
}

/** A test file in jest's report; times are milliseconds since 1970. */
export interface JestFile {
  /** Its path. */
  readonly name: string;
  readonly startTime: number;
  readonly endTime: number;
}

/** The tally of a check without its own report: one test. */
export function tallyOfCheck(succeeded: boolean): Tally {
  return { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, skipped: 0 };
}

/**
 * The tally of a jest run.
 *
 * @param report `undefined` when jest was killed before it wrote one
 * @param succeeded whether it ended by itself with exit code 0; otherwise at least one failure is counted
 */
export function tallyOfJest(report: JestReport | undefined, succeeded: boolean): Tally {
  const failed = (report?.numFailedTests ?? 0) + (report?.numRuntimeErrorTestSuites ?? 0);
  return {
    passed: report?.numPassedTests ?? 0,
    failed: succeeded ? failed : Math.max(failed, 1),
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
  };
}

export function sumTallies(tallies: readonly Tally[]): Tally {
  const sum = (key: keyof Tally) => tallies.reduce((total, tally) => total + tally[key], 0);
  return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
}

/** `N passed, N failed`, with `, N skipped` if there are any: the line that CI reads. */
export function formatTally({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

const SLOWEST = 15;

/** The slowest files, one a line, as `  264 s  tests/...`. */
export function formatSlowest(files: readonly JestFile[], checkout: string): string {
  const seconds = ({ startTime, endTime }: JestFile) => (endTime - startTime) / 1000;
  return [...files]
    .sort((a, b) => seconds(b) - seconds(a))
    .slice(0, SLOWEST)
    .map(
      (file) => `${seconds(file).toFixed(0).padStart(5)} s  ${path.relative(checkout, file.name)}`,
    )
    .join("\n");
}
