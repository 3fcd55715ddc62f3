import type { CommandDefinition } from "../terminal/command";
import { STACK } from "../terminal/shared-options";

export const kubeconfig = {
  name: "kubeconfig",
  summary: "give access to an environment's cluster",
  description:
    "Writes a kubeconfig to .rendered/<stack>/ and prints the file's name. There is no token in it: it asks for a credential each time, with " +
    "DIGITALOCEAN_TOKEN from the environment.",
  arguments: [STACK],
  options: [
    {
      flags: "--merge",
      description: "put it into your own kubeconfig instead and make it the current context",
    },
    { flags: "--print", description: "print it instead" },
    {
      flags: "--developer",
      description: "with the rights of the namespace's developers only",
    },
  ],
  examples: [
    { does: "for this shell", command: "export KUBECONFIG=$(doks-env kubeconfig alice-dev)" },
    { does: "beside your other clusters", command: "doks-env kubeconfig alice-dev --merge" },
    {
      does: "to hand to a tool that needs no more",
      command: "doks-env kubeconfig alice-dev --developer --print",
    },
  ],
  schema: "kubeconfig/v1",
} as const satisfies CommandDefinition;
