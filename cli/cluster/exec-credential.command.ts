import type { CommandDefinition } from "../terminal/command";

export const execCredential = {
  name: "exec-credential",
  isHidden: true,
  summary: "print a cluster credential for kubectl",
  description:
    "A client-go exec plugin. The user's cache keeps the credential until shortly before it expires, readable by that user only.",
  arguments: [{ syntax: "<clusterId>", description: "id of the DOKS cluster" }],
  options: [
    { flags: "--namespace <namespace>", description: "namespace of the service account" },
    {
      flags: "--service-account <name>",
      description:
        "print a token of this service account instead of the cluster's admin credential",
    },
  ],
  examples: [
    {
      does: "the command that a kubeconfig of `doks-env kubeconfig` runs",
      command: "doks-env exec-credential 8d91899c-0739-4a1a-acc5-deadbeefbb8f",
    },
  ],
} as const satisfies CommandDefinition;
