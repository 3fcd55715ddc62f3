import type { Naming } from "./digitalocean-tags";
import { physicalName } from "./names";

/** Label of an environment's namespace that proves whose it is: the environment's uuid. */
export const ID_LABEL = "ephemeral-doks/id";
/** Labels of an environment's namespace on a shared cluster that name its owner. */
export const PROJECT_LABEL = "ephemeral-doks/project";
export const STACK_LABEL = "ephemeral-doks/stack";
/** And which other namespace's services it uses. */
export const BASELINE_LABEL = "ephemeral-doks/baseline";

/** Names on a shared cluster the owner of a namespace. */
export function ownerLabels(project: string, stack: string): Record<string, string> {
  return { [PROJECT_LABEL]: physicalName(project), [STACK_LABEL]: physicalName(stack) };
}

/** Labels of everything in a cluster that belongs to the environment. */
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
