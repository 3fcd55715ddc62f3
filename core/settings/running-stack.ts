import * as pulumi from "@pulumi/pulumi";
import type { ConfiguredStack } from "./configuration";

/**
 * The stack that Pulumi runs this program for. In a file of its own, because only the program has Pulumi's runtime at
 * hand, which takes 0.7 s to load (2 cores, 2026-11-23).
 */
export function runningStack(): ConfiguredStack {
  return {
    projectFolder: pulumi.getRootDirectory(),
    project: pulumi.getProject(),
    stack: pulumi.getStack(),
    config: pulumi.runtime.allConfig(),
    // Source: sdk/nodejs/cmd/pulumi-language-nodejs/main.go of Pulumi 3.259.
    secretKeys: JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "[]") as string[],
  };
}
