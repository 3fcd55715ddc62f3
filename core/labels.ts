import type { Naming } from "./digitalocean-tags";
import { physicalName } from "./names";

/** The label of a namespace with its environment's uuid, which proves ownership. */
export const ID_LABEL = "ephemeral-doks/id";
/** Labels with the owner's name, on an environment's namespace in a shared cluster. */
export const PROJECT_LABEL = "ephemeral-doks/project";
export const STACK_LABEL = "ephemeral-doks/stack";
/** The label with the baseline's namespace. */
export const BASELINE_LABEL = "ephemeral-doks/baseline";

/** The labels with the owner's name. */
export function ownerLabels(project: string, stack: string): Record<string, string> {
  return { [PROJECT_LABEL]: physicalName(project), [STACK_LABEL]: physicalName(stack) };
}

/** Labels of all objects of an environment in a cluster. */
export function labelsOf({
  stack,
  owner,
  profile,
}: Omit<Naming, "project">): Record<string, string> {
  return {
    [STACK_LABEL]: physicalName(stack),
    "ephemeral-doks/owner": physicalName(owner),
    "ephemeral-doks/profile": physicalName(profile),
  };
}
