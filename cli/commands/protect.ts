import type { Command } from "../command";
import { STACK } from "./shared";

export const protect: Command<object> = {
  name: "protect",
  summary: "refuse to take an environment down until `unprotect`",
  arguments: [STACK],
  options: [],
  examples: [{ does: "keeps alice's, whatever happens", command: "doks-env protect alice-dev" }],
  schema: "protect/v1",
  load: () => import("../actions/protect.js"),
};
