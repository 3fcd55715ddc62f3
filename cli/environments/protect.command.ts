import type { Command } from "../terminal/command";
import { STACK } from "../terminal/shared-options";

export const protect: Command<object> = {
  name: "protect",
  summary: "refuse to take an environment down until `unprotect`",
  arguments: [STACK],
  options: [],
  examples: [{ does: "keeps alice's, whatever happens", command: "doks-env protect alice-dev" }],
  schema: "protect/v1",
  load: () => import("./protect.action.js"),
};
