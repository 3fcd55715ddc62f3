import type { CommandDefinition } from "../terminal/command";
import { STACK } from "../terminal/shared-options";

export const diagnose = {
  name: "diagnose",
  summary: "show what does not run in an environment, and why",
  description:
    "Shows the failing workloads with their events, pod conditions, container states and last log lines. A failed `up` prints the same.",
  arguments: [STACK],
  options: [
    { flags: "--markdown", description: "print Markdown, for a comment on a pull request" },
  ],
  examples: [
    { does: "why is it not ready?", command: "doks-env diagnose alice-dev" },
    { does: "for a comment", command: "doks-env diagnose pr-123-ci --markdown > comment.md" },
  ],
  schema: "diagnose/v1",
} as const satisfies CommandDefinition;
