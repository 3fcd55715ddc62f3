const { relative } = require("node:path");
const { default: Sequencer } = require("@jest/test-sequencer");

/**
 * Milliseconds that a test file takes for each of its bytes, by project. Measured on 2 cores, 2026-11-30: 28 files of e2e took
 * 44 minutes of one worker.
 *
 * @type {Readonly<Record<string, number>>}
 */
const MILLISECONDS_PER_BYTE = { e2e: 15, plugins: 2, emulator: 2, integration: 2 };

/**
 * Seconds of the files whose length does not show how long they take: a table, a generator or pauses of the cloud make them
 * long. Measured on 2 cores, 2026-11-30.
 *
 * @type {Readonly<Record<string, number>>}
 */
const MEASURED_SECONDS = {
  "tests/e2e/trees/outcomes.e2e.test.ts": 504,
  "tests/e2e/data/sleep.e2e.test.ts": 324,
  "tests/e2e/faults/faults.e2e.test.ts": 192,
  "tests/e2e/trees/generated.e2e.test.ts": 165,
  "tests/e2e/cli/sleep.e2e.test.ts": 148,
  "tests/e2e/recovery.e2e.test.ts": 146,
  "tests/e2e/shared/many.e2e.test.ts": 123,
  "tests/e2e/data/seeds.e2e.test.ts": 121,
  "tests/e2e/trees/explained.e2e.test.ts": 120,
  "tests/e2e/data/killed.e2e.test.ts": 110,
};

/** @typedef {import("@jest/test-result").Test} Test */

/** Starts the files that take longest first, so that no worker is left with one of them at the end. */
module.exports = class LongestFirst extends Sequencer {
  static MEASURED_SECONDS = MEASURED_SECONDS;

  /**
   * Deals the files out to the shards by what they are expected to take: it is the same on every machine.
   *
   * @override
   * @param {Test[]} tests
   * @param {{ shardIndex: number, shardCount: number }} shard
   */
  shard(tests, { shardIndex, shardCount }) {
    const inOrder = [...tests].sort(
      (a, b) => expected(b) - expected(a) || (a.path < b.path ? -1 : 1),
    );
    return inOrder.filter((_, place) => place % shardCount === shardIndex - 1);
  }

  /**
   * @override
   * @param {Test[]} tests
   */
  sort(tests) {
    /** @param {Test} test */
    const duration = (test) => test.duration ?? expected(test);
    // Sets the durations of the last run, where jest's cache has them.
    super.sort(tests);
    return tests.sort((a, b) => duration(b) - duration(a));
  }
};

/** @param {Test} test */
function expected({ path, context: { config, hasteFS } }) {
  const measured = MEASURED_SECONDS[relative(config.rootDir, path)];
  if (measured !== undefined) {
    return measured * 1000;
  }
  const project = config.displayName?.name ?? "";
  return (hasteFS.getSize(path) ?? 0) * (MILLISECONDS_PER_BYTE[project] ?? 0.1);
}
