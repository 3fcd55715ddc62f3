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
export function environmentTags({ project, stack, owner, profile }: Naming): string[] {
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
export function idIn(tags: readonly unknown[]): string | undefined {
  return tags
    .map((tag) => (typeof tag === "string" ? ID_TAG.exec(tag)?.[1] : undefined))
    .find((id) => id !== undefined);
}
