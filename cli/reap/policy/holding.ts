import { PRODUCT_TAG, projectTag } from "../../../core/digitalocean-tags";

/** Something in the account that costs money. */
export interface Holding {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
  /** Unix seconds. */
  readonly createdAt: number;
  readonly usdPerMonth: number;
  /** Whether something uses it, such as a Droplet that a volume is attached to. */
  readonly inUse: boolean;
}

/** Whether it is called as if this project had made it. */
export function isOfProject({ tags }: Holding, project: string): boolean {
  return tags.includes(PRODUCT_TAG) && tags.includes(projectTag(project));
}

/**
 * Ids of the clusters that made it, or that it is.
 *
 * @see https://github.com/digitalocean/digitalocean-cloud-controller-manager (buildK8sTag)
 */
export function clusterIdsIn({ tags }: Holding): string[] {
  return [...new Set(tags.flatMap((tag) => /^k8s:([0-9a-f-]{36})$/.exec(tag)?.[1] ?? []))];
}

/** The stack that tags name: its physical name, or nothing. */
export function stackIn(tags: readonly string[]): string {
  return stackTagIn(tags)?.slice("stack:".length) ?? "";
}

export function stackTagIn(tags: readonly string[]): string | undefined {
  return tags.find((tag) => tag.startsWith("stack:"));
}
