import type { Command } from "../terminal/command";
import type { ReapOptions } from "./reap.action";

export const reap: Command<ReapOptions> = {
  name: "reap",
  summary: "destroy or put to sleep what is expired, idle or orphaned",
  description:
    "Without --yes or --plan it only says what it would do, and why. What is protected, held by an update or was updated " +
    "within the last 15 minutes is never touched, and nothing that could not be compared or measured. docs/reaping.md tells more.",
  arguments: [],
  options: [
    {
      flags: "-y, --yes",
      description: "do it, as long as it destroys no more than the setting allows",
    },
    {
      flags: "--plan <hash>",
      description: "do exactly the plan that was shown, or nothing if it would be another by now",
    },
    { flags: "--shadow", description: "rehearse: decide and remember what would be destroyed" },
    {
      flags: "--review",
      description:
        "how many rehearsals would have destroyed, and how many of those were used afterwards",
    },
    {
      flags: "--explain <stack>",
      description: "all evidence on one environment, as a timeline",
    },
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
    {
      flags: "--record <url>",
      description:
        "where to remember, file:// or s3:// (default: Pulumi's backend, if it is one of those)",
    },
    { flags: "--concurrency <number>", description: "how many to take down at once (default: 4)" },
    {
      flags: "--timeout <duration>",
      description: "the most that taking one down may take; it is tried twice (default: 30m)",
    },
    { flags: "--report <file>", description: "write the report as Markdown, too" },
  ],
  examples: [
    { does: "what would be done", command: "doks-env reap" },
    { does: "does exactly that", command: "doks-env reap --plan 3f9c1a2b4d5e" },
    { does: "every hour, from a scheduler", command: "doks-env reap --yes --announce webhook" },
    { does: "before it is trusted", command: "doks-env reap --shadow && doks-env reap --review" },
    { does: "why", command: "doks-env reap --explain alice-dev" },
  ],
  schema: "reap/v1",
  load: () => import("./reap.action.js"),
};
