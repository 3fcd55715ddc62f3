import { randomUUID } from "node:crypto";
import type { Clock } from "../clock";
import type { GarbageCollection, Registry, RegistrySubscription } from "./entities";
import { type ApiError, conflict, notFound, preconditionFailed, unprocessable } from "./errors";
import { type Images, registryNotFound } from "./images";
import type { Ledger } from "./ledger";
import { findRegion } from "./offers/regions";
import { findTier, type RegistryTier } from "./offers/registry-tiers";
import type { Store } from "./store";
import { timestamp, unixSeconds } from "./time";
import { newToken } from "./token";

const NAME = /^[a-z0-9-]{1,63}$/;
const DEFAULT_REGION = "nyc3";
/** The states of a garbage collection, and the age in seconds at which each begins. */
const COLLECTION_STAGES = [
  [0, "requested"],
  [5, "waiting for write JWTs to expire"],
  [10, "scanning manifests"],
  [15, "deleting unreferenced blobs"],
  [20, "succeeded"],
] as const;

export type CollectionStatus = (typeof COLLECTION_STAGES)[number][1] | "cancelled";

export interface RegistryRequest {
  readonly name: string;
  readonly subscriptionTierSlug?: string | undefined;
  readonly region?: string | undefined;
}

/** The limit of a tier that an account exceeds, in DigitalOcean's words. */
export type Overrun = "OverRegistryLimit" | "OverRepositoryLimit" | "OverStorageLimit";

/** The account's container registries. ./images.ts manages their images. */
export class Registries {
  public constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly ledger: Ledger,
    private readonly images: Images,
  ) {}

  public list(): Registry[] {
    return this.store.registries.all();
  }

  /** @throws ApiError 404 */
  public get(name: string): Registry {
    const registry = this.store.registries.find(name);
    if (!registry) {
      throw registryNotFound();
    }
    return registry;
  }

  /**
   * The account's one registry, as the deprecated API means it.
   * @throws ApiError 404 without a registry; 412 with several
   */
  public onlyOne(): Registry {
    const [registry, ...others] = this.list();
    if (others.length > 0) {
      throw preconditionFailed(
        "This API is not supported if you have created multiple registries. Please use '/v2/registries/{registry_name}' instead.",
      );
    }
    if (!registry) {
      throw registryNotFound();
    }
    return registry;
  }

  /**
   * Messages: nebari issue #265 (409, 422) and the OpenAPI's `registries_over_limit` (412).
   * @throws ApiError 409 if the name is taken, 412 beyond what the tier allows, 422
   */
  public create(request: RegistryRequest): Registry {
    this.checkName(request.name);
    const region = request.region ?? DEFAULT_REGION;
    if (!findRegion(region)?.registry) {
      throw unprocessable(`invalid region: ${region}`);
    }
    const current = this.store.registrySubscription.find("subscription");
    const tier = this.tier(request.subscriptionTierSlug ?? current?.tierSlug ?? "starter");
    if (this.list().length >= tier.registries) {
      throw tier.registries === 1
        ? unprocessable("user already has a registry")
        : ineligible(["OverRegistryLimit"]);
    }
    if (current?.tierSlug !== tier.slug) {
      this.subscribe(tier.slug);
    }
    return this.store.registries.put({
      id: request.name,
      region,
      createdAt: timestamp(this.clock.now()),
    });
  }

  /** @throws ApiError 409 if the name is taken, 422 if it is not a valid registry name */
  public checkName(name: string): void {
    if (!NAME.test(name)) {
      throw unprocessable(
        "name may only contain lowercase letters, numbers and dashes, and up to 63 characters",
      );
    }
    if (this.store.registries.find(name)) {
      throw conflict("name already exists");
    }
  }

  /** Deletes a registry with its images; clusters no longer pull from it. @throws ApiError 404 */
  public delete(name: string): void {
    for (const repository of this.images.repositories(name)) {
      this.images.deleteRepository(name, repository.name);
    }
    this.store.registries.remove(this.get(name).id);
    for (const cluster of this.store.clusters.all()) {
      if (cluster.registries.includes(name)) {
        const registries = cluster.registries.filter((other) => other !== name);
        this.store.clusters.update(cluster.id, { registries });
      }
    }
  }

  /** @throws ApiError 404 before the first registry */
  public subscription(): RegistrySubscription {
    const subscription = this.store.registrySubscription.find("subscription");
    if (!subscription) {
      throw notFound("subscription not found");
    }
    return subscription;
  }

  /** @throws ApiError 412 if the account has more than the tier allows, 422 */
  public subscribe(tierSlug: string): RegistrySubscription {
    const tier = this.tier(tierSlug);
    const overruns = this.overruns(tier);
    if (overruns.length > 0) {
      throw ineligible(overruns);
    }
    const now = timestamp(this.clock.now());
    const current = this.store.registrySubscription.find("subscription");
    this.ledger.stop("registry-subscription");
    this.ledger.start({
      product: "Container Registry",
      resourceId: "registry-subscription",
      description: `${tier.name} plan`,
      groupDescription: "",
      monthlyUsd: tier.monthlyPriceInCents / 100,
      billedPer: "hour",
    });
    return this.store.registrySubscription.put({
      id: "subscription",
      tierSlug,
      createdAt: current?.createdAt ?? now,
      updatedAt: now,
    });
  }

  /** Returns the reason why the account cannot have a tier, or undefined. */
  public overruns(tier: RegistryTier): Overrun[] {
    const names = this.list().map(({ id }) => id);
    const repositories = names.flatMap((name) => this.images.repositories(name)).length;
    const bytes = names.reduce((sum, name) => sum + this.images.storageBytes(name), 0);
    const allowedRepositories = tier.includedRepositories || Number.POSITIVE_INFINITY;
    return [
      ...(names.length > tier.registries ? ["OverRegistryLimit" as const] : []),
      ...(repositories > allowedRepositories ? ["OverRepositoryLimit" as const] : []),
      ...(bytes > tier.includedStorageBytes && !tier.allowStorageOverage
        ? ["OverStorageLimit" as const]
        : []),
    ];
  }

  /** The credentials for `docker login`: the e-mail address and a fresh token. @throws ApiError 404 */
  public dockerAuth(name: string): string {
    this.get(name);
    return Buffer.from(`${this.store.profile.email}:${newToken()}`).toString("base64");
  }

  /** Returns the storage of a registry's images and its time. DigitalOcean calculates it some time after a push. */
  public storageUsage(name: string): { bytes: number; updatedAt: string } {
    const { createdAt } = this.get(name);
    const pushes = this.images
      .repositories(name)
      .flatMap(({ manifests }) => manifests.map(({ updatedAt }) => updatedAt));
    return { bytes: this.images.storageBytes(name), updatedAt: pushes.sort().at(-1) ?? createdAt };
  }

  /** Newest first. @throws ApiError 404 */
  public collections(name: string): GarbageCollection[] {
    const registry = this.get(name);
    return this.store.garbageCollections
      .all()
      .filter((collection) => collection.registryName === registry.id)
      .reverse();
  }

  /** Returns the running garbage collection. @throws ApiError 404 if there is none */
  public activeCollection(name: string): GarbageCollection {
    const active = this.collections(name).find((collection) => this.isActive(collection));
    if (!active) {
      throw notFound("no active garbage collection");
    }
    return active;
  }

  /** @throws ApiError 404; 409 while one is under way */
  public collect(name: string): GarbageCollection {
    if (this.collections(name).some((collection) => this.isActive(collection))) {
      throw conflict("a garbage collection is already active for this registry");
    }
    return this.store.garbageCollections.put({
      id: randomUUID(),
      registryName: name,
      createdAt: timestamp(this.clock.now()),
      cancelledAt: null,
    });
  }

  /** @throws ApiError 404; 412 if it is through */
  public cancelCollection(name: string, id: string): GarbageCollection {
    const collection = this.collections(name).find((one) => one.id === id);
    if (!collection) {
      throw notFound("garbage collection not found");
    }
    if (!this.isActive(collection)) {
      throw preconditionFailed(`garbage collection is already ${this.statusOf(collection)}`);
    }
    const cancelledAt = timestamp(this.clock.now());
    return this.store.garbageCollections.put({ ...collection, cancelledAt });
  }

  public statusOf(collection: GarbageCollection): CollectionStatus {
    if (collection.cancelledAt !== null) {
      return "cancelled";
    }
    const age = unixSeconds(this.clock.now()) - unixSeconds(collection.createdAt);
    return COLLECTION_STAGES.findLast(([from]) => age >= from)?.[1] ?? "requested";
  }

  private isActive(collection: GarbageCollection): boolean {
    return !["succeeded", "cancelled"].includes(this.statusOf(collection));
  }

  private tier(slug: string): RegistryTier {
    const tier = findTier(slug);
    if (!tier) {
      throw unprocessable(`invalid tier: ${slug}`);
    }
    return tier;
  }
}

function ineligible(overruns: readonly Overrun[]): ApiError {
  return preconditionFailed(`registry is not eligible for tier because: [${overruns.join(" ")}]`);
}
