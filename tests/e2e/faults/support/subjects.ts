/** An environment that everything happens to. */
export interface Subject {
  readonly stack: string;
  /** The words that bring it up and take it down. */
  readonly up: readonly string[];
  readonly down: readonly string[];
  /** What its owner has chosen: whatever goes wrong, that is still there. */
  readonly settings: object;
  /** Its file in the checkout. @default - it has none */
  readonly file?: string;
}

/** From the checkout. */
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

const EVENT = ["--pull-request", "7", "--commit", "0".repeat(40)];

export const PULL_REQUEST: Subject = {
  stack: "pr-7-ci",
  up: ["ci", "up", ...EVENT, "--overlay", OVERLAY, "--set", "ttl=8h"],
  down: ["ci", "down", ...EVENT],
  settings: { ttl: "8h" },
};
