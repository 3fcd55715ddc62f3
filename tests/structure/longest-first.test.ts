import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Test } from "@jest/test-result";
import LongestFirst from "../helpers/longest-first";

const ROOT = join(__dirname, "../..");

/** A test file as jest has it that has never run. @param bytes - of each file */
const testAt = (path: string, bytes: number): Test =>
  ({
    path: join(ROOT, path),
    context: {
      config: { rootDir: ROOT, displayName: { name: "e2e", color: "white" } },
      hasteFS: { getSize: () => bytes },
    },
  }) as unknown as Test;

describe("the order of test files", () => {
  it("contains only files that exist", () => {
    const missing = Object.keys(LongestFirst.MEASURED_SECONDS).filter(
      (path) => !existsSync(join(ROOT, path)),
    );
    expect(missing).toEqual([]);
  });

  it("deals the longest out first, to different shards", () => {
    const table = "tests/e2e/trees/outcomes.e2e.test.ts";
    const [short, long] = [testAt("short.ts", 1_000), testAt("long.ts", 20_000)];
    const tests = [short, testAt(table, 5_000), long];
    const shard = (shardIndex: number) =>
      new LongestFirst({} as never).shard(tests, { shardIndex, shardCount: 3 });
    expect([shard(1), shard(2), shard(3)]).toEqual([[tests[1]], [long], [short]]);
  });
});
