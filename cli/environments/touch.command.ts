import type { CommandDefinition } from "../terminal/command";
import { STACK } from "../terminal/shared-options";

export const touch = {
  name: "touch",
  summary: "say that an environment is in use, so that it does not count as idle",
  description:
    "What is done with kubectl alone cannot always be seen. `kubeconfig`, `diagnose`, `extend` and `wake` say it by themselves.",
  arguments: [STACK],
  options: [],
  examples: [{ does: "alice is using it", command: "doks-env touch alice-dev" }],
  schema: "touch/v1",
} as const satisfies CommandDefinition;
