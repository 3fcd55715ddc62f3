import type { CommandDefinition } from "../terminal/command";

export const execCredential = {
  name: "exec-credential",
  isHidden: true,
  summary: "print a credential for a cluster, as kubectl asks for it",
  description:
    "A client-go exec plugin. Kept until shortly before it expires in the user's cache, readable by the user only.",
  arguments: [{ syntax: "<clusterId>", description: "id of the DOKS cluster" }],
  options: [
    { flags: "--namespace <namespace>", description: "namespace of the service account" },
    {
      flags: "--service-account <name>",
      description: "a token of this service account instead of the cluster's admin",
    },
  ],
  examples: [
    {
      does: "what a kubeconfig of `doks-env kubeconfig` runs",
      command: "doks-env exec-credential 8d91899c-0739-4a1a-acc5-deadbeefbb8f",
    },
  ],
} as const satisfies CommandDefinition;
