import { physicalName } from "./names";

/** The parts of an environment's name that its tags contain. */
export interface Naming {
  readonly project: string;
  readonly stack: string;
  readonly owner: string;
  readonly profile: string;
}

/** The tag of everything that this product has created in the account. */
export const PRODUCT_TAG = "ephemeral-doks";

/**
 * Tags of every taggable resource of an environment in the account. They contain only letters, digits, dashes and
 * colons.
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

/**
 * The tags with an environment's name. Another environment can have the same ones: only {@link idTag} proves
 * ownership.
 */
export function namingTags(project: string, stack: string): string[] {
  return [projectTag(project), `stack:${physicalName(stack)}`];
}

/** Tags of a node pool, without the stack: renaming a stack does not change its pools. */
export function poolTagsOf(project: string): string[] {
  return [PRODUCT_TAG, projectTag(project)];
}

export function projectTag(project: string): string {
  return `project:${physicalName(project)}`;
}

const ID_TAG = /^id:([0-9a-f-]{36})$/;

/** The tag that proves which environment owns a resource. @param id - the environment's uuid */
export function idTag(id: string): string {
  return `id:${id}`;
}

/** The environment's uuid in these tags, or undefined. */
export function idIn(tags: readonly unknown[]): string | undefined {
  return tags
    .map((tag) => (typeof tag === "string" ? ID_TAG.exec(tag)?.[1] : undefined))
    .find((id) => id !== undefined);
}
