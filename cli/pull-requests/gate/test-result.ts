/** How one test of the gate has gone. */
type TestOutcome =
  | "passed"
  /** It has run to its end, and said no. */
  | "failed"
  /** It was ended because it took longer than its `timeout`. */
  | "timed out"
  /** It could not be run at all. */
  | "not run";

export interface TestResult {
  readonly name: string;
  readonly outcome: TestOutcome;
  readonly seconds: number;
  /** Why it has not passed: a sentence without a full stop. */
  readonly reason?: string;
  /** The last lines that it wrote, without what looks like a secret. */
  readonly output: readonly string[];
}

/** A test that has ended, as far as its runner knows. */
export type TestVerdict = Omit<TestResult, "name" | "seconds">;

export function hasPassed({ outcome }: Pick<TestResult, "outcome">): boolean {
  return outcome === "passed";
}
