import type { CommandDefinition } from "../terminal/command";
import { LOCK_OPTIONS, STACK, YES } from "../terminal/shared-options";

export const up = {
  name: "up",
  summary: "bring an environment up, or up to date",
  description:
    "Checks first (token, limits, region, size, version, images, price), and creates nothing when something is wrong. " +
    "What is given here is kept in the stack's own config, so the next `up` need not repeat it; no committed file is touched.",
  arguments: [STACK],
  options: [
    {
      flags: "--image <service=reference>",
      description:
        "another image for one service: frontend=v2, frontend=registry.example.com/shop/frontend:v2, or a digest; may be repeated",
      repeatable: true,
    },
    { flags: "--image-tag <tag>", description: "tag for every image that your team builds" },
    {
      flags: "--pin",
      description:
        "look the images' tags up and keep their digests, so that a rerun deploys the same bytes",
    },
    {
      flags: "--set <setting=value>",
      description:
        "another setting (docs/settings.md); nested ones as smokeTest.path=/health; may be repeated",
      repeatable: true,
    },
    { flags: "--overlay <folder>", description: "kustomize overlay to run, from where you are" },
    {
      flags: "--ttl <duration>",
      description: "how long after its creation the environment expires",
    },
    {
      flags: "--seed <name>",
      description: "data that its new volumes start with (`doks-env data list`)",
    },
    { flags: "--pull-request <number>", description: "pull request that it is for, kept as a tag" },
    {
      flags: "--settings <mine|theirs>",
      description:
        "whose settings count when the environment's have changed since this checkout's were written",
    },
    {
      flags: "--wake",
      description: "also when it sleeps: with these settings, and what the tags mean now",
    },
    YES,
    ...LOCK_OPTIONS,
  ],
  examples: [
    { does: "alice's own environment, from Pulumi.dev.yaml", command: "doks-env up alice-dev" },
    {
      does: "one service from a branch, everything else as it is",
      command: "doks-env up alice-dev --image frontend=pr-7-1f2e3d4 --yes",
    },
    {
      does: "in CI: the images of one commit, by digest, for two days",
      command:
        "doks-env up pr-123-ci --image-tag sha-1f2e3d4 --pin --ttl 2d --pull-request 123 --yes",
    },
    {
      does: "a larger one, with an overlay of your own",
      command: "doks-env up bob-dev --overlay ../shop/overlays/dev --set nodeCount=4",
    },
  ],
  schema: "up/v1",
} as const satisfies CommandDefinition;
