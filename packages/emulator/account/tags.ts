import type { Collection } from "./collection";
import type { Tag } from "./entities";
import { badRequest, notFound } from "./errors";
import type { Store } from "./store";

/** @see the schema `tags` of DigitalOcean's OpenAPI */
const TAG = /^[a-zA-Z0-9_\-:]{1,255}$/;

/** The tag of all resources of a cluster. */
export const clusterTag = (clusterId: string) => `k8s:${clusterId}`;

/** The tags of a cluster: the user's, then DigitalOcean's. */
export function clusterTags(clusterId: string, userTags: readonly string[]): string[] {
  return [...new Set([...userTags, "k8s", clusterTag(clusterId)])];
}

/** The tags of a node pool and of its Droplets. */
export function workerTags(clusterId: string, userTags: readonly string[]): string[] {
  return [...new Set([...clusterTags(clusterId, userTags), "k8s:worker"])];
}

export const isTag = (name: string) => TAG.test(name);

export type TaggedKind = "droplet" | "volume" | "volume_snapshot" | "load_balancer";

interface Tagged {
  readonly id: string | number;
  readonly tags: readonly string[];
}

export interface TagUse {
  readonly count: number;
  /** Id of the newest resource with the tag. */
  readonly last: string | undefined;
}

/** The tags of the account: tags of resources, and tags that were created separately. */
export class Tags {
  private readonly taggable: Record<TaggedKind, Collection<Tagged>>;

  public constructor(private readonly store: Store) {
    this.taggable = {
      droplet: taggable(store.droplets),
      volume: taggable(store.volumes),
      volume_snapshot: taggable(store.volumeSnapshots),
      load_balancer: taggable(store.loadBalancers),
    };
  }

  public list(): string[] {
    const used = Object.values(this.taggable).flatMap((collection) =>
      collection.all().flatMap((resource) => resource.tags),
    );
    return [...new Set([...this.store.tags.all().map((tag) => tag.id), ...used])].sort();
  }

  /** @throws ApiError 404 */
  public get(name: string): string {
    if (!this.list().includes(name)) {
      throw notFound();
    }
    return name;
  }

  /** @throws ApiError 400 if it is not a valid tag name */
  public create(name: string): Tag {
    if (!isTag(name)) {
      throw badRequest(
        "tag name may only contain letters, numbers, colons, dashes, and underscores, up to 255 characters",
      );
    }
    return this.store.tags.put({ id: name });
  }

  /** Deletes a tag and removes it from all resources. @throws ApiError 404 */
  public delete(name: string): void {
    this.get(name);
    this.store.tags.remove(name);
    for (const kind of Object.keys(this.taggable) as TaggedKind[]) {
      for (const resource of this.taggable[kind].all()) {
        this.retag(kind, resource, (tags) => tags.filter((tag) => tag !== name));
      }
    }
  }

  public use(name: string, kind: TaggedKind): TagUse {
    const resources = this.taggable[kind].all().filter(({ tags }) => tags.includes(name));
    return { count: resources.length, last: resources.at(-1)?.id.toString() };
  }

  /** Adds a tag to a resource, or removes it. @throws ApiError 404 if the resource does not exist */
  public assign(name: string, kind: TaggedKind, resourceId: string, assigned: boolean): void {
    const resource = this.taggable[kind].all().find(({ id }) => String(id) === resourceId);
    if (!resource) {
      throw notFound(`${kind} ${resourceId} not found`);
    }
    this.retag(kind, resource, (tags) => [
      ...tags.filter((tag) => tag !== name),
      ...(assigned ? [name] : []),
    ]);
  }

  private retag(
    kind: TaggedKind,
    resource: Tagged,
    change: (tags: readonly string[]) => readonly string[],
  ): void {
    this.taggable[kind].update(resource.id, { tags: change(resource.tags) });
  }
}

/** A collection of resources with tags. {@link Tags} changes only the tags. */
function taggable<T extends Tagged>(collection: Collection<T>): Collection<Tagged> {
  return collection as unknown as Collection<Tagged>;
}
