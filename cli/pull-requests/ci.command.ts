import type { CommandDefinition, Option, ValuesOf } from "../terminal/command";

const EVENT_OPTIONS = [
  {
    flags: "--pull-request <number>",
    description: "pull request that it is about (default: that of GITHUB_EVENT_PATH)",
  },
  { flags: "--commit <sha>", description: "its newest commit, with all 40 digits" },
  {
    flags: "--label <name>",
    description: "a label that it has; may be repeated",
    repeatable: true,
  },
  { flags: "--draft", description: "it is a draft" },
  { flags: "--fork", description: "its branch is in somebody else's repository" },
] as const satisfies readonly Option[];
export type EventOptions = ValuesOf<typeof EVENT_OPTIONS>;

const BY_HAND = "--pull-request 123 --commit $(git rev-parse HEAD)";
const SCHEMA = "ci/v1";
const EVENT =
  "Reads the event that has started a GitHub workflow, or what the options say of it, and does nothing when the event asks for " +
  "something else: it depends on closed pull requests, drafts, labels and forks (docs/ci.md). The environment is pr-<number>-ci.";

export const ciUp = {
  name: "ci up",
  summary: "bring a pull request's environment up, or up to date",
  description:
    `${EVENT} The overlay is that of the pull request's commit, also where another one is checked out; of a fork only data is ` +
    "taken, after it was judged. Waits for nobody but its own predecessor.",
  arguments: [],
  options: [
    ...EVENT_OPTIONS,
    {
      flags: "--image <service=reference>",
      description: "another image for one service, as of `up`; may be repeated",
      repeatable: true,
    },
    { flags: "--image-tag <tag>", description: "tag for every image that your team builds" },
    { flags: "--pin", description: "look the images' tags up and keep their digests" },
    {
      flags: "--set <setting=value>",
      description: "another setting, as of `up`; may be repeated",
      repeatable: true,
    },
    {
      flags: "--overlay <folder>",
      description: "kustomize overlay to run, instead of the commit's",
    },
  ],
  examples: [
    {
      does: "in a workflow on pull_request_target",
      command: "doks-env ci up --image-tag sha-1f2e3d4",
    },
    { does: "anywhere else", command: `doks-env ci up ${BY_HAND}` },
  ],
  schema: SCHEMA,
} as const satisfies CommandDefinition;

export const ciTest = {
  name: "ci test",
  summary: "run the gate against a pull request's environment",
  description: `${EVENT} The tests are the setting \`tests\`. When one fails, the environment is kept for \`keepFailedFor\`.`,
  arguments: [],
  options: [
    ...EVENT_OPTIONS,
    { flags: "--junit <file>", description: "write the results as JUnit XML, too" },
  ],
  examples: [
    { does: "in a workflow, after `ci up`", command: "doks-env ci test --junit report/junit.xml" },
  ],
  schema: SCHEMA,
} as const satisfies CommandDefinition;

export const ciReport = {
  name: "ci report",
  summary: "report an environment's state to its pull request",
  description:
    `${EVENT} Writes the one comment, a deployment and a status of the commit, and prints the comment. ` +
    "Every command of `ci` does so at its end; this one is for a step that runs whatever became of those.",
  arguments: [],
  options: EVENT_OPTIONS,
  examples: [
    {
      does: "the comment, for a system other than GitHub",
      command: `doks-env ci report ${BY_HAND}`,
    },
  ],
  schema: SCHEMA,
} as const satisfies CommandDefinition;

export const ciDown = {
  name: "ci down",
  summary: "take a pull request's environment down, with a receipt",
  description: `${EVENT} Nothing is done unless it is closed, or has the label against an environment.`,
  arguments: [],
  options: EVENT_OPTIONS,
  examples: [
    { does: "in a workflow, when it is closed", command: "doks-env ci down" },
    { does: "anywhere else", command: `doks-env ci down ${BY_HAND}` },
  ],
  schema: SCHEMA,
} as const satisfies CommandDefinition;
