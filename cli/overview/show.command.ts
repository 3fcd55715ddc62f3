import type { CommandDefinition } from "../terminal/command";
import { STACK } from "../terminal/shared-options";

export const show = {
  name: "show",
  summary: "show all about one environment",
  description:
    "Settings with the origin of each value, images, nodes, workloads and why one is not ready, last updates, price, expiry.",
  arguments: [STACK],
  options: [],
  examples: [{ does: "all about alice's", command: "doks-env show alice-dev" }],
  schema: "show/v1",
} as const satisfies CommandDefinition;
