import type { CommandDefinition } from "../terminal/command";
import { STACK } from "../terminal/shared-options";

export const kubeconfig = {
  name: "kubeconfig",
  summary: "give access to an environment's cluster",
  description:
    "Writes a kubeconfig to .rendered/<stack>/ and prints the file's name. The file contains no token: kubectl requests a credential " +
    "each time, with DIGITALOCEAN_TOKEN from the environment.",
  arguments: [STACK],
  options: [
    {
      flags: "--merge",
      description: "add it to your own kubeconfig instead, as the current context",
    },
    { flags: "--print", description: "print the kubeconfig instead" },
    {
      flags: "--developer",
      description: "limit it to the rights of the namespace's developers",
    },
  ],
  examples: [
    { does: "for this shell", command: "export KUBECONFIG=$(doks-env kubeconfig alice-dev)" },
    { does: "next to your other clusters", command: "doks-env kubeconfig alice-dev --merge" },
    {
      does: "for a tool that needs only the namespace",
      command: "doks-env kubeconfig alice-dev --developer --print",
    },
  ],
  schema: "kubeconfig/v1",
} as const satisfies CommandDefinition;
