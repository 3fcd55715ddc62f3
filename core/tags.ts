import { physicalName } from "./names";

/** An environment's name, as far as tags show it. */
export interface Naming {
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
export function tagsOf({ project, stack, owner, profile }: Naming): string[] {
  return [
    PRODUCT_TAG,
    ...namingTags(project, stack),
    `owner:${physicalName(owner)}`,
    `profile:${physicalName(profile)}`,
  ];
}

/** The tags that name an environment. Another environment can have the same ones: {@link idTag} alone proves whose it is. */
export function namingTags(project: string, stack: string): string[] {
  return [projectTag(project), `stack:${physicalName(stack)}`];
}

/** Tags of a node pool. They do not name the stack: renaming a stack does not change its pools. */
export function poolTagsOf(project: string): string[] {
  return [PRODUCT_TAG, projectTag(project)];
}

export function projectTag(project: string): string {
  return `project:${physicalName(project)}`;
}

const ID_TAG = /^id:([0-9a-f-]{36})$/;

/** The tag that proves whose something is. @param id - the environment's uuid */
export function idTag(id: string): string {
  return `id:${id}`;
}

/** The environment's uuid in these tags. @returns undefined when they have none */
export function idIn(tags: readonly string[]): string | undefined {
  return tags.map((tag) => ID_TAG.exec(tag)?.[1]).find((id) => id !== undefined);
}

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
