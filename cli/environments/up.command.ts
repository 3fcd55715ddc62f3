import type { CommandDefinition } from "../terminal/command";
import { LOCK_OPTIONS, STACK, YES } from "../terminal/shared-options";

export const up = {
  name: "up",
  summary: "bring an environment up, or up to date",
  description:
    "Checks token, limits, region, size, version, images and price first, and creates nothing when a check fails. " +
    "Options are saved in Pulumi.<stack>.yaml, which git ignores; later runs of `up` reuse them.",
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
      description: "resolve image tags to digests now, so that a rerun deploys the same bytes",
    },
    {
      flags: "--set <setting=value>",
      description:
        "value of a setting (docs/settings.md); nested: smokeTest.path=/health; may be repeated",
      repeatable: true,
    },
    {
      flags: "--overlay <folder>",
      description: "kustomize overlay to run, relative to the current folder",
    },
    {
      flags: "--ttl <duration>",
      description: "time from the environment's creation to its expiry",
    },
    {
      flags: "--seed <name>",
      description: "data that its new volumes start with (`doks-env data list`)",
    },
    {
      flags: "--pull-request <number>",
      description: "pull request of this environment, kept as a stack tag",
    },
    {
      flags: "--settings <mine|theirs>",
      description:
        "which settings to use when another checkout has changed the environment's since: this checkout's or the environment's",
    },
    {
      flags: "--wake",
      description: "wake a sleeping environment, with these settings and newly resolved tags",
    },
    YES,
    ...LOCK_OPTIONS,
  ],
  examples: [
    { does: "alice's own environment, from Pulumi.dev.yaml", command: "doks-env up alice-dev" },
    {
      does: "one service from a branch, everything else unchanged",
      command: "doks-env up alice-dev --image frontend=pr-7-1f2e3d4 --yes",
    },
    {
      does: "in CI: the images of one commit, by digest, for two days",
      command:
        "doks-env up pr-123-ci --image-tag sha-1f2e3d4 --pin --ttl 2d --pull-request 123 --yes",
    },
    {
      does: "more nodes, with an overlay of your own",
      command: "doks-env up bob-dev --overlay ../shop/overlays/dev --set nodeCount=4",
    },
  ],
  schema: "up/v1",
} as const satisfies CommandDefinition;
