import * as pulumi from "@pulumi/pulumi";
import type { ConfiguredStack } from "./configuration";

/**
 * The stack that Pulumi runs this program for. It has its own file because it imports Pulumi's runtime, which takes
 * 0.7 s to load (2 cores, 2026-11-23) and which only the program needs.
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
