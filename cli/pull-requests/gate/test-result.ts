import type { CiData } from "../ci.data";

export type TestResult = CiData["tests"][number];

/** A test that has ended, as far as its runner knows. */
export type TestVerdict = Omit<TestResult, "name" | "seconds">;

export function hasPassed({ outcome }: Pick<TestResult, "outcome">): boolean {
  return outcome === "passed";
}
