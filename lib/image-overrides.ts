import { UserError } from "./errors";
import {
  type ImageReference,
  isOfficialImage,
  parseImageReference,
  serviceOf,
} from "./image-reference";
import { suggest } from "./suggest";

/** What to run instead of an image that a tree names. */
export interface ImageOverride {
  /** Registry and repository. */
  readonly name?: string;
  readonly tag?: string;
  /** Wins over the tag. */
  readonly digest?: string;
}

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
 * @param overrides - by service (the last part of the image's name) or by the image's full name
 * @param tag - for every image without an override of its tag or digest, except Docker Hub's official ones (`redis`),
 *   which nobody here has built
 * @throws {UserError} when an override names no image of the tree, or a service that two images share
 */
export function kustomizeImages(
  images: readonly string[],
  overrides: Readonly<Record<string, ImageOverride>>,
  tag?: string,
): KustomizeImage[] {
  const references = distinct(images.map(parseImageReference));
  const chosen = new Map(
    Object.entries(overrides).map(([key, override]) => [imageFor(key, references).name, override]),
  );
  return references.flatMap((image) => {
    const override = chosen.get(image.name) ?? {};
    const newTag = override.tag ?? (isOfficialImage(image) ? undefined : tag);
    const entry: KustomizeImage = {
      name: image.name,
      ...(override.name === undefined ? {} : { newName: override.name }),
      ...(override.digest === undefined
        ? newTag === undefined
          ? {}
          : { newTag }
        : { digest: override.digest }),
    };
    return Object.keys(entry).length > 1 ? [entry] : [];
  });
}

/** The image of the tree that an override means. */
function imageFor(key: string, images: readonly ImageReference[]): ImageReference {
  const matches = images.filter((image) => image.name === key);
  const candidates =
    matches.length > 0 ? matches : images.filter((image) => serviceOf(image) === key);
  const [match, another] = candidates;
  if (match === undefined) {
    const services = images.map(serviceOf);
    const meant = suggest(key, services);
    throw new UserError(
      `images.${key} names no image of the overlay; its images are ${images.map(({ name }) => name).join(", ")}`,
      meant === undefined
        ? `pulumi config rm --path 'images["${key}"]'`
        : `pulumi config rm --path 'images["${key}"]', then say it of ${meant}`,
    );
  }
  if (another !== undefined) {
    throw new UserError(
      `images.${key} could mean ${candidates.map(({ name }) => name).join(" or ")}`,
      `use the image's full name as the key: 'images["${match.name}"]'`,
    );
  }
  return match;
}

/** One reference for each name: an override holds for all tags of an image. */
function distinct(images: readonly ImageReference[]): ImageReference[] {
  return [...new Map(images.map((image) => [image.name, image])).values()];
}
