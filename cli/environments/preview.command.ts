import type { CommandDefinition } from "../terminal/command";
import { STACK } from "../terminal/shared-options";

export const preview = {
  name: "preview",
  summary: "show what `up` would change, in resources and in price",
  description:
    "Changes nothing. Before the cluster exists, Pulumi cannot preview the workloads; kustomize renders them instead.",
  arguments: [STACK],
  options: [],
  examples: [
    {
      does: "the changes that `doks-env up alice-dev` would make",
      command: "doks-env preview alice-dev",
    },
  ],
  schema: "preview/v1",
} as const satisfies CommandDefinition;
