import type { CommandDefinition } from "../terminal/command";

export const images = {
  name: "images",
  summary: "list the images that a commit has to build",
  description:
    "For a repository with many services. Images whose folders differ from another revision must be built. The registry supplies " +
    "the digests of the others (docs/monorepo.md). Uncommitted changes do not count.",
  arguments: [],
  options: [
    {
      flags: "--changed-since <revision>",
      description: "compare with the commit at which this branch left the revision: origin/main",
    },
    {
      flags: "--sources <file>",
      description:
        "file that lists the folders of each image (default: images.json in the current folder)",
    },
  ],
  examples: [
    {
      does: "the images that a pull request has to build",
      command: "doks-env images --changed-since origin/main",
    },
    {
      does: "on the main branch: the images that the last push changed",
      command: "doks-env images --changed-since HEAD^ --json",
    },
  ],
  schema: "images/v1",
} as const satisfies CommandDefinition;
