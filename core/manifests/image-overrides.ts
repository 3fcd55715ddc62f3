import { UserError } from "../errors";
import { suggest } from "../suggest";
import {
  type ImageReference,
  isOfficialImage,
  normalName,
  parseImageReference,
  serviceOf,
} from "./image-reference";

export interface ImageOverride {
  /** Registry and repository. */
  readonly name?: string;
  readonly tag?: string;
  /** Takes precedence over the tag. */
  readonly digest?: string;
}

/**
 * Digests by the reference that they were resolved from, e.g. `registry.digitalocean.com/acme/api:pr-7`. A pin
 * applies to that reference only, so that an old digest never overrides another tag.
 */
export type Pins = Readonly<Record<string, string>>;

/** An entry of a kustomization's `images`. @see https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/ */
export interface KustomizeImage {
  readonly name: string;
  readonly newName?: string;
  readonly newTag?: string;
  readonly digest?: string;
}

/**
 * Returns the `images` of a kustomization that apply the overrides to a tree.
 *
 * @param images - references of the tree's images
 * @param overrides - by service (the last part of the image's name) or by full image name in any spelling
 * @param tag - for every image without an override of its tag or digest, except Docker Hub's official ones (`redis`),
 *   which no team builds
 * @param pins - for images without a digest
 * @throws {UserError} when an override names no image of the tree, or a service that two images share
 */
export function kustomizeImages(
  images: readonly string[],
  overrides: Readonly<Record<string, ImageOverride>>,
  tag?: string,
  pins: Pins = {},
): KustomizeImage[] {
  const references = images.map(parseImageReference);
  const chosen = new Map(
    Object.entries(overrides).map(([key, override]) => [imageFor(key, references), override]),
  );
  // kustomize matches an image by the tree's spelling of its name.
  const spellings = [...new Map(references.map((image) => [image.name, image])).values()];
  return spellings.flatMap((image) => {
    const override = chosen.get(normalName(image)) ?? {};
    const newTag = override.tag ?? (isOfficialImage(image) ? undefined : tag);
    const tags = references
      .filter(({ name }) => name === image.name)
      .map((one) => newTag ?? one.tag);
    const digest = override.digest ?? pinOf(override.name ?? image.name, tags, pins);
    const entry: KustomizeImage = {
      name: image.name,
      ...(override.name === undefined ? {} : { newName: override.name }),
      ...(digest === undefined ? (newTag === undefined ? {} : { newTag }) : { digest }),
    };
    return Object.keys(entry).length > 1 ? [entry] : [];
  });
}

/** Whether an override's key is an image's service, or any spelling of its full name. */
export function isMeant(key: string, image: ImageReference): boolean {
  return normalName({ name: key }) === normalName(image) || serviceOf(image) === key;
}

/** An image with several tags can only be pinned if all of them resolve to one digest. */
function pinOf(
  name: string,
  tags: readonly (string | undefined)[],
  pins: Pins,
): string | undefined {
  const byNormalName = new Map(
    Object.entries(pins).map(([reference, digest]) => [normalReference(reference), digest]),
  );
  const digests = new Set(
    tags.map((tag = "latest") => byNormalName.get(normalReference(`${name}:${tag}`))),
  );
  return digests.size === 1 ? [...digests][0] : undefined;
}

function normalReference(text: string): string {
  const { name, tag = "latest" } = parseImageReference(text);
  return `${normalName({ name })}:${tag}`;
}

function imageFor(key: string, images: readonly ImageReference[]): string {
  const byName = images.filter((image) => normalName(image) === normalName({ name: key }));
  const candidates = byName.length > 0 ? byName : images.filter((image) => isMeant(key, image));
  const [match, another] = [...new Map(candidates.map((one) => [normalName(one), one])).values()];
  const names = (some: readonly ImageReference[]) => [...new Set(some.map(({ name }) => name))];
  if (match === undefined) {
    const meant = suggest(key, images.map(serviceOf));
    throw new UserError(
      `images.${key} does not match an image of the overlay; its images are ${names(images).join(", ")}`,
      meant === undefined
        ? `pulumi config rm --path 'images["${key}"]'`
        : `pulumi config rm --path 'images["${key}"]', then set it for ${meant}`,
    );
  }
  if (another !== undefined) {
    throw new UserError(
      `images.${key} matches ${names(candidates).join(" and ")}`,
      `use the image's full name as the key: 'images["${match.name}"]'`,
    );
  }
  return normalName(match);
}
