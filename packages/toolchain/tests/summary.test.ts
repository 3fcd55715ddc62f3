import {
  formatSlowest,
  formatTally,
  type JestReport,
  sumTallies,
  tallyOfCheck,
  tallyOfJest,
} from "../summary";

const report = (numbers: Partial<JestReport>): JestReport => ({
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
  testResults: [],
  ...numbers,
});

test("numbers of several suites add up", () => {
  const tallies = [
    tallyOfCheck(true),
    tallyOfCheck(false),
    tallyOfJest(report({ numPassedTests: 40, numPendingTests: 2, numTodoTests: 1 }), true),
    tallyOfJest(report({ numPassedTests: 7, numFailedTests: 3 }), false),
  ];
  expect(sumTallies(tallies)).toEqual({ passed: 48, failed: 4, skipped: 3 });
});

test("a test file that cannot be run is one failure", () => {
  const tally = tallyOfJest(report({ numPassedTests: 5, numRuntimeErrorTestSuites: 2 }), false);
  expect(tally).toEqual({ passed: 5, failed: 2, skipped: 0 });
});

test("a suite that leaves no report is one failure", () => {
  expect(tallyOfJest(undefined, false)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test("a suite that passes its tests and ends badly is one failure", () => {
  const tally = tallyOfJest(report({ numPassedTests: 5 }), false);
  expect(tally).toEqual({ passed: 5, failed: 1, skipped: 0 });
});

test("the line for CI mentions skipped tests only if there are any", () => {
  expect(formatTally({ passed: 3, failed: 0, skipped: 0 })).toBe("3 passed, 0 failed");
  expect(formatTally({ passed: 3, failed: 1, skipped: 2 })).toBe("3 passed, 1 failed, 2 skipped");
});

test("the slowest files come first, with their seconds", () => {
  const file = (name: string, seconds: number) => ({
    name: `/checkout/tests/${name}`,
    startTime: 5_000,
    endTime: 5_000 + seconds * 1_000,
  });
  const files = [file("a.test.ts", 3), file("b.test.ts", 264), file("c.test.ts", 12.6)];
  expect(formatSlowest(files, "/checkout").split("\n")).toEqual([
    "  264 s  tests/b.test.ts",
    "   13 s  tests/c.test.ts",
    "    3 s  tests/a.test.ts",
  ]);
});
