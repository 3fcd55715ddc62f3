import type { Command } from "../terminal/command";
import { STACK } from "../terminal/shared-options";

export const unprotect: Command<object> = {
  name: "unprotect",
  summary: "let an environment be taken down again",
  arguments: [STACK],
  options: [],
  examples: [{ does: "lets go of alice's", command: "doks-env unprotect alice-dev" }],
  schema: "protect/v1",
  load: () => import("./unprotect.action.js"),
};
