import * as pulumi from "@pulumi/pulumi";
import { namingStack } from "../core/config-command";
import type { KubernetesObject } from "../core/manifests/manifest";
import { type Bounds, shortages } from "../core/rules/demand";
import { removedKinds } from "../core/rules/served-kinds";
import { fault } from "./fault";

/**
 * Makes sure of what can be known of a tree without a cluster: that Kubernetes still serves its kinds, and that the
 * namespace's quota lets them all be made.
 *
 * @throws pulumi.RunError with everything that is in the way, each with its fix
 */
export function requireFit(objects: readonly KubernetesObject[], bounds: Bounds): void {
  const faults = [
    ...removedKinds(objects),
    ...shortages(objects, bounds).map(({ message, setting, least }) => ({
      message,
      fix: namingStack(`pulumi config set --path ${setting} ${least}`, pulumi.getStack()),
    })),
  ];
  if (faults.length > 0) {
    throw fault(
      `the tree cannot come up:${faults.map(({ message, fix }) => `\n  - ${message}\n    fix: ${fix}`).join("")}`,
      "change these, in the tree or in an overlay of your own",
    );
  }
}
