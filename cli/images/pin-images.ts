import { UserError } from "../../core/errors";
import type { Pins } from "../../core/manifests/image-overrides";
import { parseImageReference } from "../../core/manifests/image-reference";
import type { ResolveImage } from "./resolve-image";

/**
 * Looks up the digests of all images that an environment runs by tag.
 *
 * @param rendered - references of the images as the environment's overlay renders them
 * @returns the setting `pins`
 * @throws {UserError} when an image does not exist, that cannot be found out, or it runs with several digests; with all
 *   such images
 */
export async function pinImages(rendered: readonly string[], resolve: ResolveImage): Promise<Pins> {
  const byTag = rendered.filter((text) => parseImageReference(text).digest === undefined);
  const faults: string[] = [];
  const pins: Record<string, string> = {};
  for (const [text, found] of await Promise.all(
    byTag.map(async (text) => [text, await resolve(parseImageReference(text))] as const),
  )) {
    if (found === "absent") {
      faults.push(`${text} does not exist`);
    } else if ("unknown" in found) {
      faults.push(`${text}: ${found.unknown}`);
    } else {
      pins[withTag(text)] = found.digest;
    }
  }
  faults.push(...ambiguous(pins));
  if (faults.length > 0) {
    throw new UserError(
      `${faults.length} of ${byTag.length} images cannot be pinned: ${faults.join("; ")}`,
      "push the missing images, run `docker login` for those registries, or omit --pin",
    );
  }
  return pins;
}

/** kustomize replaces an image by its name, whatever its tag: it can have one digest only. */
function ambiguous(pins: Pins): string[] {
  const digests = new Map<string, Set<string>>();
  for (const [reference, digest] of Object.entries(pins)) {
    const { name } = parseImageReference(reference);
    digests.set(name, (digests.get(name) ?? new Set()).add(digest));
  }
  return [...digests]
    .filter(([, all]) => all.size > 1)
    .map(([name]) => `${name} runs with several different tags`);
}

/** Registries take an image without a tag for its `latest`. */
export function withTag(text: string): string {
  const { name, tag = "latest" } = parseImageReference(text);
  return `${name}:${tag}`;
}
