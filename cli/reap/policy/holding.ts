import { PRODUCT_TAG, projectTag } from "../../../core/digitalocean-tags";

/** A billed resource in the account. */
export interface Holding {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
  /** Unix seconds. */
  readonly createdAt: number;
  readonly usdPerMonth: number;
  /** Whether it is in use, such as a volume attached to a Droplet. */
  readonly inUse: boolean;
}

/** Whether its tags name this project. */
export function isOfProject({ tags }: Holding, project: string): boolean {
  return tags.includes(PRODUCT_TAG) && tags.includes(projectTag(project));
}

/**
 * Returns the ids of the clusters that created it; for a cluster its own id.
 *
 * @see https://github.com/digitalocean/digitalocean-cloud-controller-manager (buildK8sTag)
 */
export function clusterIdsIn({ tags }: Holding): string[] {
  return [...new Set(tags.flatMap((tag) => /^k8s:([0-9a-f-]{36})$/.exec(tag)?.[1] ?? []))];
}

/** Returns the physical name of the stack in its tags, if any. */
export function stackIn(tags: readonly string[]): string {
  return stackTagIn(tags)?.slice("stack:".length) ?? "";
}

export function stackTagIn(tags: readonly string[]): string | undefined {
  return tags.find((tag) => tag.startsWith("stack:"));
}
