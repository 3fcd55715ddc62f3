import type { CommandDefinition } from "../terminal/command";
import { STACK } from "../terminal/shared-options";

export const preview = {
  name: "preview",
  summary: "show what `up` would change, in resources and in price",
  description:
    "Before there is a cluster Pulumi cannot show the workloads; they are rendered with kustomize and shown beside. Changes nothing.",
  arguments: [STACK],
  options: [],
  examples: [
    { does: "what `doks-env up alice-dev` would do", command: "doks-env preview alice-dev" },
  ],
  schema: "preview/v1",
} as const satisfies CommandDefinition;
