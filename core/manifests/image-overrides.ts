import { UserError } from "../errors";
import { suggest } from "../suggest";
import {
  type ImageReference,
  isOfficialImage,
  normalName,
  parseImageReference,
  serviceOf,
} from "./image-reference";

/** The replacement for an image that a tree names. */
export interface ImageOverride {
  /** Registry and repository. */
  readonly name?: string;
  readonly tag?: string;
  /** Wins over the tag. */
  readonly digest?: string;
}

/**
 * Digests by the reference that they were looked up for, e.g. `registry.digitalocean.com/acme/api:pr-7`. A pin holds for
 * that reference only, so that another tag is never overruled by an old digest.
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
 * Says in kustomize's words which images of a tree are to be replaced.
 *
 * @param images - references of the images that the tree runs
 * @param overrides - by service (the last part of the image's name) or by any spelling of the image's full name
 * @param tag - for every image without an override of its tag or digest, except Docker Hub's official ones (`redis`),
 *   which nobody here has built
 * @param pins - for images that have no digest otherwise
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
  // kustomize knows an image by how the tree spells its name.
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

/** Whether an override's key means an image: by its service, or by any spelling of its full name. */
export function isMeant(key: string, image: ImageReference): boolean {
  return normalName({ name: key }) === normalName(image) || serviceOf(image) === key;
}

/** An image that runs with several tags can only be pinned if all of them mean the same. */
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

/** The normal name of the image of the tree that an override means. */
function imageFor(key: string, images: readonly ImageReference[]): string {
  const byName = images.filter((image) => normalName(image) === normalName({ name: key }));
  const candidates = byName.length > 0 ? byName : images.filter((image) => isMeant(key, image));
  const [match, another] = [...new Map(candidates.map((one) => [normalName(one), one])).values()];
  const names = (some: readonly ImageReference[]) => [...new Set(some.map(({ name }) => name))];
  if (match === undefined) {
    const meant = suggest(key, images.map(serviceOf));
    throw new UserError(
      `images.${key} names no image of the overlay; its images are ${names(images).join(", ")}`,
      meant === undefined
        ? `pulumi config rm --path 'images["${key}"]'`
        : `pulumi config rm --path 'images["${key}"]', then say it of ${meant}`,
    );
  }
  if (another !== undefined) {
    throw new UserError(
      `images.${key} could mean ${names(candidates).join(" or ")}`,
      `use the image's full name as the key: 'images["${match.name}"]'`,
    );
  }
  return normalName(match);
}
