import type { CommandDefinition } from "../terminal/command";
import { STACK } from "../terminal/shared-options";

export const touch = {
  name: "touch",
  summary: "record that an environment is in use, so that it does not count as idle",
  description:
    "Work with kubectl alone does not always leave a trace. `kubeconfig`, `diagnose`, `extend` and `wake` record use by themselves.",
  arguments: [STACK],
  options: [],
  examples: [{ does: "alice is using it", command: "doks-env touch alice-dev" }],
  schema: "touch/v1",
} as const satisfies CommandDefinition;
