import { physicalName } from "./names";

/** What an environment is called, as far as its tags say. */
export interface Identity {
  readonly project: string;
  readonly stack: string;
  readonly owner: string;
  readonly profile: string;
}

/** On everything in the account that this project has made. */
export const PRODUCT_TAG = "ephemeral-doks";

/**
 * Tags of everything in the account that belongs to one environment and takes tags: letters, digits, dashes and
 * colons only.
 *
 * @see https://docs.digitalocean.com/reference/api/digitalocean/#tag/Tags
 */
export function tagsOf({ project, stack, owner, profile }: Identity): string[] {
  return [
    PRODUCT_TAG,
    ...identifyingTags(project, stack),
    `owner:${physicalName(owner)}`,
    `profile:${physicalName(profile)}`,
  ];
}

/** Those of the tags that one environment alone has together. */
export function identifyingTags(project: string, stack: string): string[] {
  return [`project:${physicalName(project)}`, `stack:${physicalName(stack)}`];
}

/** Labels of an environment's namespace on a shared cluster that say whose it is. */
export const PROJECT_LABEL = "ephemeral-doks/project";
export const STACK_LABEL = "ephemeral-doks/stack";
/** And which other namespace's services it uses. */
export const BASELINE_LABEL = "ephemeral-doks/baseline";

/** Says on a shared cluster whose a namespace is. */
export function ownerLabels(project: string, stack: string): Record<string, string> {
  return { [PROJECT_LABEL]: physicalName(project), [STACK_LABEL]: physicalName(stack) };
}

/** Labels of everything in a cluster that belongs to the environment. */
export function labelsOf({
  stack,
  owner,
  profile,
}: Omit<Identity, "project">): Record<string, string> {
  return {
    [STACK_LABEL]: physicalName(stack),
    "ephemeral-doks/owner": physicalName(owner),
    "ephemeral-doks/profile": physicalName(profile),
  };
}
