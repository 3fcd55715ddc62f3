import type { CommandDefinition } from "../terminal/command";

export const images = {
  name: "images",
  summary: "say which images a commit has to build",
  description:
    "Of a repository with many services: those whose folders differ from another revision are to be built; of the others the registry " +
    "has the digests (docs/monorepo.md). Only what is committed counts.",
  arguments: [],
  options: [
    {
      flags: "--changed-since <revision>",
      description: "compare with where this commit branched off from it: origin/main",
    },
    {
      flags: "--sources <file>",
      description: "which folders each image is built from (default: images.json, here)",
    },
  ],
  examples: [
    {
      does: "what a pull request has to build",
      command: "doks-env images --changed-since origin/main",
    },
    {
      does: "on the main branch itself: what the last push has changed",
      command: "doks-env images --changed-since HEAD^ --json",
    },
  ],
  schema: "images/v1",
} as const satisfies CommandDefinition;
