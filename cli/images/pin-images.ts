import { UserError } from "../../core/errors";
import type { Pins } from "../../core/manifests/image-overrides";
import { parseImageReference } from "../../core/manifests/image-reference";
import type { ResolveImage } from "./resolve-image";

/**
 * Looks up the digests of all images that an environment runs by tag.
 *
 * @param rendered - image references of the environment's rendered overlay
 * @returns the setting `pins`
 * @throws {UserError} with all images that do not exist, cannot be looked up, or run with several digests
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

/** kustomize replaces an image by its name regardless of its tag, so an image can have only one digest. */
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

/** Registries treat an image without a tag as `latest`. */
export function withTag(text: string): string {
  const { name, tag = "latest" } = parseImageReference(text);
  return `${name}:${tag}`;
}
