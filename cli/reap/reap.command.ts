import type { CommandDefinition, Option, ValuesOf } from "../terminal/command";
import { STACK } from "../terminal/shared-options";

const RECORD = {
  flags: "--record <url>",
  description:
    "where the reaper remembers, file:// or s3:// (default: Pulumi's backend, if it is one of those)",
} as const satisfies Option;

/** Of everything that looks at all environments. */
const RUN_OPTIONS = [
  {
    flags: "--shard <i/n>",
    description:
      "only the i-th of n parts of the environments; always the same by name (default: 1/1)",
  },
  {
    flags: "--announce <channel>",
    description:
      "how to warn: webhook (DOKS_ENV_WEBHOOK_URL), comment (on pull requests) or log (default: those that are set up)",
    repeatable: true,
    choices: ["webhook", "comment", "log"],
  },
  RECORD,
  { flags: "--report <file>", description: "write the report as Markdown, too" },
] as const satisfies readonly Option[];
export type RunOptions = ValuesOf<typeof RUN_OPTIONS>;

const SCHEMA = "reap/v1";

export const reapPlan = {
  name: "reap plan",
  summary: "show what would be destroyed or put to sleep, and why",
  description:
    "Changes nothing. An environment that is protected, held by an update or was updated within the last 15 minutes is never in " +
    "the plan, and nothing that could not be compared or measured (docs/reaping.md).",
  arguments: [],
  options: RUN_OPTIONS,
  examples: [{ does: "what would be done", command: "doks-env reap plan" }],
  schema: SCHEMA,
} as const satisfies CommandDefinition;

export const reapRun = {
  name: "reap run",
  summary: "destroy or put to sleep what is expired, idle or orphaned, after warnings",
  description:
    "Does what `reap plan` shows, as long as it destroys no more than the setting `reap.mostDestroys` allows.",
  arguments: [],
  options: [
    {
      flags: "--plan <hash>",
      description: "do exactly the plan that was shown, or nothing if it would be another by now",
    },
    ...RUN_OPTIONS,
    { flags: "--concurrency <number>", description: "how many to take down at once (default: 4)" },
    {
      flags: "--timeout <duration>",
      description: "the most that taking one down may take; it is tried twice (default: 30m)",
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
  summary: "decide and remember what would be destroyed, and do nothing",
  description:
    "Warns nobody. `reap review` compares what was decided with what was used afterwards.",
  arguments: [],
  options: RUN_OPTIONS,
  examples: [
    { does: "every hour, before the reaper is trusted", command: "doks-env reap rehearse" },
  ],
  schema: SCHEMA,
} as const satisfies CommandDefinition;

export const reapReview = {
  name: "reap review",
  summary: "count what rehearsals would have destroyed, and what of that was used afterwards",
  arguments: [],
  options: [RECORD],
  examples: [{ does: "after two weeks of rehearsals", command: "doks-env reap review" }],
  schema: SCHEMA,
} as const satisfies CommandDefinition;

export const reapExplain = {
  name: "reap explain",
  summary: "show all evidence on one environment, as a timeline",
  arguments: [STACK],
  options: [RECORD],
  examples: [{ does: "why is it idle?", command: "doks-env reap explain alice-dev" }],
  schema: SCHEMA,
} as const satisfies CommandDefinition;
