import type { CommandDefinition } from "../terminal/command";
import { STACK } from "../terminal/shared-options";

export const render = {
  name: "render",
  summary: "print the manifests as they would be applied",
  description: "Needs kubectl, and neither an account nor a cluster.",
  arguments: [STACK],
  options: [],
  examples: [
    { does: "what alice-dev would run", command: "doks-env render alice-dev" },
    {
      does: "what would change against what runs",
      command: "doks-env render alice-dev | kubectl diff -f -",
    },
  ],
  schema: "render/v1",
} as const satisfies CommandDefinition;
