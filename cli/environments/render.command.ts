import type { CommandDefinition } from "../terminal/command";
import { STACK } from "../terminal/shared-options";

export const render = {
  name: "render",
  summary: "print the manifests that `up` would apply",
  description: "Requires kubectl, but neither an account nor a cluster.",
  arguments: [STACK],
  options: [],
  examples: [
    { does: "the manifests of alice-dev", command: "doks-env render alice-dev" },
    {
      does: "the difference from the objects in the cluster",
      command: "doks-env render alice-dev | kubectl diff -f -",
    },
  ],
  schema: "render/v1",
} as const satisfies CommandDefinition;
