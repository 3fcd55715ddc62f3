import { otherVersion } from "../node";
import { QUICK_SUITES, shardOf, toolSuites, toolWorkers } from "../suites";

const GIB = 1024 ** 3;

test.each([
  ["2 cores, 8 GiB", 2, 8, 2],
  ["2 cores, 16 GiB", 2, 16, 3],
  ["4 cores, 16 GiB", 4, 16, 5],
  ["16 cores, 16 GiB", 16, 16, 5],
  ["1 core, 1 GiB", 1, 1, 1],
])(
  "with %s the tests with tools run on as many workers as both allow",
  (_, cores, free, workers) => {
    expect(toolWorkers(cores, free * GIB)).toBe(workers);
  },
);

const SUITES = [...QUICK_SUITES, ...toolSuites()];
const names = (shard?: string) => shardOf(SUITES, shard).map(({ name }) => name);

test("without a shard every suite runs as it is", () => {
  expect(shardOf(SUITES, undefined)).toEqual(SUITES);
});

test("the checks run in the first shard only, and jest runs its part in each", () => {
  expect(names("1/4")).toEqual(["format", "lint", "types", "fast", "tools"]);
  expect(names("4/4")).toEqual(["fast", "tools"]);
  for (const { args } of shardOf(SUITES, "4/4")) {
    expect(args).toContain("--shard=4/4");
  }
});

test.each(["0/4", "5/4", "1", "1/", "x"])("refuses the shard %j", (shard) => {
  expect(() => names(shard)).toThrow(`SHARD is "${shard}", but must be a part of a whole`);
});

test.each([
  ["20.20.2", "24"],
  ["22.22.0", "24"],
  ["24.12.0", "20"],
  ["26.1.0", "24"],
])("tests that run on Node %s run again on Node %s", (running, other) => {
  expect(otherVersion(running).split(".")[0]).toBe(other);
});
