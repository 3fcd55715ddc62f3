import { CLAIMS } from "../../data/support/database-tree";

/** An environment that the matrix tests. */
export interface Subject {
  readonly stack: string;
  /** Commands that bring it up and take it down. */
  readonly up: readonly string[];
  readonly down: readonly string[];
  /** Its owner's settings, which no fault may lose. */
  readonly settings: object;
  /** Content of its settings file in the checkout. @default - no file */
  readonly file?: string;
  /** Number of its claims. @default - no data */
  readonly claims?: number;
  /** Name of the seed that its data is saved as. @default - none */
  readonly seed?: string;
}

/** Relative to the checkout. */
export const OVERLAY = "../overlay";

export const ALICE: Subject = {
  stack: "alice-dev",
  up: ["up", "alice-dev", "--yes"],
  down: ["down", "alice-dev", "--yes"],
  settings: { ttl: "8h", warnAhead: [] },
  file: `# of alice
config:
  ephemeral-doks:overlay: ${OVERLAY}
  ephemeral-doks:ttl: 8h # until the demo
  ephemeral-doks:warnAhead: []
`,
};

/** Relative to the checkout. */
export const DATABASE = "../database";

export const BOB: Subject = {
  stack: "bob-dev",
  up: ["up", "bob-dev", "--yes"],
  down: ["down", "bob-dev", "--yes"],
  settings: { ttl: "8h" },
  file: `config:
  ephemeral-doks:overlay: ${DATABASE}
  ephemeral-doks:ttl: 8h
`,
  claims: CLAIMS.length,
  seed: "shop-small",
};

/** Options that name the pull request of {@link PULL_REQUEST}. */
export const EVENT = ["--pull-request", "7", "--commit", "0".repeat(40)];

const TESTS = `tests=${JSON.stringify([{ name: "smoke", command: "echo ready && sleep 1" }])}`;

export const PULL_REQUEST: Subject = {
  stack: "pr-7-ci",
  up: ["ci", "up", ...EVENT, "--overlay", OVERLAY, "--set", "ttl=8h", "--set", TESTS],
  down: ["ci", "down", ...EVENT],
  settings: { ttl: "8h" },
};
