import type { CommandDefinition, Option, ValuesOf } from "../terminal/command";
import { STACK } from "../terminal/shared-options";

const RECORD = {
  flags: "--record <url>",
  description:
    "where the reaper keeps its memory, file:// or s3:// (default: Pulumi's backend, if it is either)",
} as const satisfies Option;

/** Options of the commands that judge all environments. */
const RUN_OPTIONS = [
  {
    flags: "--shard <i/n>",
    description:
      "only the i-th of n parts of the environments; a name is always in the same part (default: 1/1)",
  },
  {
    flags: "--announce <channel>",
    description:
      "how to warn: webhook (DOKS_ENV_WEBHOOK_URL), comment (on pull requests) or log (default: every configured channel)",
    repeatable: true,
    choices: ["webhook", "comment", "log"],
  },
  RECORD,
  { flags: "--report <file>", description: "also write the report as Markdown" },
] as const satisfies readonly Option[];
export type RunOptions = ValuesOf<typeof RUN_OPTIONS>;

const SCHEMA = "reap/v1";

export const reapPlan = {
  name: "reap plan",
  summary: "show what the reaper would destroy or put to sleep, and why",
  description:
    "Changes nothing. The plan never contains an environment that is protected, locked by an update, updated within the last " +
    "15 minutes, or not fully compared and measured (docs/reaping.md).",
  arguments: [],
  options: RUN_OPTIONS,
  examples: [{ does: "the reaper's plan", command: "doks-env reap plan" }],
  schema: SCHEMA,
} as const satisfies CommandDefinition;

export const reapRun = {
  name: "reap run",
  summary: "destroy or put to sleep expired, idle and orphaned resources, after warnings",
  description:
    "Carries out the plan that `reap plan` shows, if it destroys no more than the setting `reap.mostDestroys` allows.",
  arguments: [],
  options: [
    {
      flags: "--plan <hash>",
      description: "carry out exactly this plan, or nothing if the plan has changed since",
    },
    ...RUN_OPTIONS,
    {
      flags: "--concurrency <number>",
      description: "how many to take down at the same time (default: 4)",
    },
    {
      flags: "--timeout <duration>",
      description: "time limit of each of the two attempts to take one down (default: 30m)",
    },
  ],
  examples: [
    { does: "every hour, from a scheduler", command: "doks-env reap run --announce webhook" },
    { does: "exactly the plan that was shown", command: "doks-env reap run --plan 3f9c1a2b4d5e" },
  ],
  schema: SCHEMA,
} as const satisfies CommandDefinition;

export const reapRehearse = {
  name: "reap rehearse",
  summary: "record what the reaper would destroy, and do nothing",
  description: "Sends no warnings. `reap review` compares these decisions with later use.",
  arguments: [],
  options: RUN_OPTIONS,
  examples: [
    {
      does: "every hour, before you let the reaper destroy anything",
      command: "doks-env reap rehearse",
    },
  ],
  schema: SCHEMA,
} as const satisfies CommandDefinition;

export const reapReview = {
  name: "reap review",
  summary:
    "count the environments that rehearsals would have destroyed and that were used afterwards",
  arguments: [],
  options: [RECORD],
  examples: [{ does: "after two weeks of rehearsals", command: "doks-env reap review" }],
  schema: SCHEMA,
} as const satisfies CommandDefinition;

export const reapExplain = {
  name: "reap explain",
  summary: "show all evidence about one environment, as a timeline",
  arguments: [STACK],
  options: [RECORD],
  examples: [{ does: "why is it idle?", command: "doks-env reap explain alice-dev" }],
  schema: SCHEMA,
} as const satisfies CommandDefinition;
