import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "../clock";
import type { ImageManifest, ImageTag } from "./entities";
import { forbidden, notFound, unprocessable } from "./errors";
import { findTier } from "./offers/registry-tiers";
import type { Store } from "./store";
import { timestamp } from "./time";

/**
 * The grammar of names.
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
 */
const NAME_PART = "[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*";
const REPOSITORY = new RegExp(`^${NAME_PART}(/${NAME_PART})*$`);
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

const DEFAULT_SIZE_BYTES = 20 * 2 ** 20;
/** Share of an image's uncompressed bytes that its compressed layers take in the registry. */
const COMPRESSED_SHARE = 0.5;
/** Compressed size of the file that describes an image, beside its layers. */
const CONFIGURATION_BYTES = 1500;

export interface PushedImage {
  readonly registry: string;
  /** May have several parts: `shop/frontend`. */
  readonly repository: string;
  /** @default - the image can only be pulled by digest */
  readonly tag?: string | undefined;
  /** Uncompressed. @default 20 MiB */
  readonly sizeBytes?: number | undefined;
  /** @default - the digest of a new image */
  readonly digest?: string | undefined;
}

export interface Repository {
  readonly registryName: string;
  readonly name: string;
  /** In the order of their last push, like the tags. */
  readonly manifests: readonly ImageManifest[];
  readonly tags: readonly ImageTag[];
}

export interface Blob {
  readonly digest: string;
  readonly compressedSizeBytes: number;
}

/** The images in the account's registries. A repository exists as long as it has an image. */
export class Images {
  public constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  /**
   * Stores an image, as `docker push` does. A tag that named another image names this one from now on, and the other
   * one stays without it.
   * @throws ApiError 404 without the registry; 403 beyond the repositories of the subscription; 422
   */
  public push(image: PushedImage): ImageManifest {
    this.check(image);
    const { registry: registryName, repository } = image;
    const digest = image.digest ?? digestOf(randomBytes(32));
    const id = `${registryName}/${repository}@${digest}`;
    const updatedAt = timestamp(this.clock.now());
    const sizeBytes =
      this.store.imageManifests.find(id)?.sizeBytes ?? image.sizeBytes ?? DEFAULT_SIZE_BYTES;
    const place = { registryName, repository, updatedAt };
    if (image.tag !== undefined) {
      const tagId = `${registryName}/${repository}:${image.tag}`;
      // Removed first, so that both are listed in the order of their last push.
      this.store.imageTags.remove(tagId);
      this.store.imageTags.put({ ...place, id: tagId, tag: image.tag, manifestDigest: digest });
    }
    this.store.imageManifests.remove(id);
    return this.store.imageManifests.put({ ...place, id, digest, sizeBytes });
  }

  /** @throws ApiError 404 without the registry */
  public repositories(registryName: string): Repository[] {
    this.checkRegistry(registryName);
    const isHere = (one: { registryName: string }) => one.registryName === registryName;
    const tags = this.store.imageTags.all().filter(isHere);
    const manifests = this.store.imageManifests.all().filter(isHere);
    return [...new Set(manifests.map(({ repository }) => repository))].map((name) => ({
      registryName,
      name,
      manifests: manifests.filter(({ repository }) => repository === name),
      tags: tags.filter(({ repository }) => repository === name),
    }));
  }

  /** @throws ApiError 404 */
  public repository(registryName: string, name: string): Repository {
    const found = this.repositories(registryName).find((one) => one.name === name);
    if (!found) {
      throw notFound("repository does not exist");
    }
    return found;
  }

  /** Removes a tag and keeps its image. @throws ApiError 404 */
  public deleteTag(registryName: string, repositoryName: string, tag: string): void {
    const { tags } = this.repository(registryName, repositoryName);
    const found = tags.find((one) => one.tag === tag);
    if (!found) {
      throw notFound("tag does not exist");
    }
    this.store.imageTags.remove(found.id);
  }

  /** Deletes an image with its tags. @throws ApiError 404 */
  public deleteManifest(registryName: string, repositoryName: string, digest: string): void {
    const { manifests, tags } = this.repository(registryName, repositoryName);
    const found = manifests.find((one) => one.digest === digest);
    if (!found) {
      throw notFound("manifest does not exist");
    }
    this.store.imageManifests.remove(found.id);
    this.removeTags(tags.filter((tag) => tag.manifestDigest === digest));
  }

  /** @throws ApiError 404 */
  public deleteRepository(registryName: string, name: string): void {
    const { manifests, tags } = this.repository(registryName, name);
    this.removeTags(tags);
    for (const { id } of manifests) {
      this.store.imageManifests.remove(id);
    }
  }

  /** Bytes that a registry's images take, compressed. @throws ApiError 404 */
  public storageBytes(registryName: string): number {
    return this.repositories(registryName)
      .flatMap(({ manifests }) => manifests)
      .reduce((sum, manifest) => sum + compressedSize(manifest), 0);
  }

  private removeTags(tags: readonly ImageTag[]): void {
    for (const { id } of tags) {
      this.store.imageTags.remove(id);
    }
  }

  private check({ registry, repository, tag, digest }: PushedImage): void {
    const repositories = this.repositories(registry);
    if (!REPOSITORY.test(repository)) {
      throw unprocessable(`invalid repository name: ${repository}`);
    }
    if (tag !== undefined && !TAG.test(tag)) {
      throw unprocessable(`invalid tag: ${tag}`);
    }
    if (digest !== undefined && !DIGEST.test(digest)) {
      throw unprocessable(`invalid digest: ${digest}`);
    }
    const { tierSlug = "" } = this.store.registrySubscription.find("subscription") ?? {};
    const limit = findTier(tierSlug)?.includedRepositories || Number.POSITIVE_INFINITY;
    if (repositories.length >= limit && !repositories.some(({ name }) => name === repository)) {
      // Source of the message: docker/build-push-action issue #586
      throw forbidden(`registry contains ${repositories.length} repositories, limit is ${limit}`);
    }
  }

  private checkRegistry(name: string): void {
    if (!this.store.registries.find(name)) {
      throw registryNotFound();
    }
  }
}

/** Source of the message: digitalocean/doctl issue #1790 */
export const registryNotFound = () => notFound("registry does not exist");

/** The parts of an image: its configuration and one layer. */
export function blobsOf(manifest: ImageManifest): Blob[] {
  const blob = (part: string, compressedSizeBytes: number): Blob => ({
    digest: digestOf(`${manifest.digest} ${part}`),
    compressedSizeBytes,
  });
  const layerBytes = Math.ceil(manifest.sizeBytes * COMPRESSED_SHARE);
  return [blob("configuration", CONFIGURATION_BYTES), blob("layer", layerBytes)];
}

/** Bytes that an image takes in its registry. */
export function compressedSize(manifest: ImageManifest): number {
  return blobsOf(manifest).reduce((sum, blob) => sum + blob.compressedSizeBytes, 0);
}

function digestOf(content: Buffer | string): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
