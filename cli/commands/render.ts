import type { Command } from "../command";
import { STACK } from "./shared";

export const render: Command<object> = {
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
  load: () => import("../actions/render.js"),
};
