import type { CiData } from "../ci.data";

export type TestResult = CiData["tests"][number];

/** The result of a test, from its runner. */
export type TestVerdict = Omit<TestResult, "name" | "seconds">;

export function hasPassed({ outcome }: Pick<TestResult, "outcome">): boolean {
  return outcome === "passed";
}
