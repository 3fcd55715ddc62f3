import type { CommandDefinition, Option, ValuesOf } from "../terminal/command";

const EVENT_OPTIONS = [
  {
    flags: "--pull-request <number>",
    description: "number of the pull request (default: from GITHUB_EVENT_PATH)",
  },
  { flags: "--commit <sha>", description: "newest commit of the pull request, all 40 digits" },
  {
    flags: "--label <name>",
    description: "label of the pull request; may be repeated",
    repeatable: true,
  },
  { flags: "--draft", description: "the pull request is a draft" },
  { flags: "--fork", description: "the pull request comes from a fork" },
] as const satisfies readonly Option[];
export type EventOptions = ValuesOf<typeof EVENT_OPTIONS>;

const BY_HAND = "--pull-request 123 --commit $(git rev-parse HEAD)";
const SCHEMA = "ci/v1";
const EVENT =
  "Reads the event that started the GitHub workflow, or the options that describe it. Does nothing when the event calls for another " +
  "command: closed pull requests, drafts, labels and forks decide (docs/ci.md). The environment is pr-<number>-ci.";

export const ciUp = {
  name: "ci up",
  summary: "bring a pull request's environment up, or up to date",
  description:
    `${EVENT} Deploys the overlay of the pull request's commit, even if another commit is checked out. From a fork it takes only ` +
    "data, after a check. Waits for an earlier run for the same pull request, but not for other commands.",
  arguments: [],
  options: [
    ...EVENT_OPTIONS,
    {
      flags: "--image <service=reference>",
      description: "another image for one service, as for `up`; may be repeated",
      repeatable: true,
    },
    { flags: "--image-tag <tag>", description: "tag for every image that your team builds" },
    { flags: "--pin", description: "resolve image tags to digests now" },
    {
      flags: "--set <setting=value>",
      description: "value of a setting, as for `up`; may be repeated",
      repeatable: true,
    },
    {
      flags: "--overlay <folder>",
      description: "kustomize overlay to run instead of the commit's overlay",
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
  description: `${EVENT} The setting \`tests\` lists the tests. If one fails, the environment is kept for \`keepFailedFor\`.`,
  arguments: [],
  options: [
    ...EVENT_OPTIONS,
    { flags: "--junit <file>", description: "also write the results as JUnit XML" },
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
    `${EVENT} Updates the comment on the pull request, a deployment and a commit status, and prints the comment. ` +
    "Every `ci` command does so at its end; use this one in a step that runs even after a failure.",
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
  description: `${EVENT} Does nothing unless the pull request is closed or has the label \`pullRequests.skipLabel\`.`,
  arguments: [],
  options: EVENT_OPTIONS,
  examples: [
    { does: "in a workflow, when it is closed", command: "doks-env ci down" },
    { does: "anywhere else", command: `doks-env ci down ${BY_HAND}` },
  ],
  schema: SCHEMA,
} as const satisfies CommandDefinition;
