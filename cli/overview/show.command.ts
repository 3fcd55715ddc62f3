import type { CommandDefinition } from "../terminal/command";
import { STACK } from "../terminal/shared-options";

export const show = {
  name: "show",
  summary: "show everything about one environment",
  description:
    "Shows its settings with the origin of each value, images, nodes, workloads and why one is not ready, last updates, price and expiry.",
  arguments: [STACK],
  options: [],
  examples: [{ does: "everything about alice's environment", command: "doks-env show alice-dev" }],
  schema: "show/v1",
} as const satisfies CommandDefinition;
