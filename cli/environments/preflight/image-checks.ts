import { parseImageReference } from "../../../core/manifests/image-reference";
import { locate } from "../../images/image-location";
import type { ResolveImage } from "../../images/resolve-image";
import { fault, ok, type PreflightResult, warning } from "./preflight-result";

/** Number of simultaneous lookups. */
const AT_ONCE = 10;

/** Returns a fault for each image that does not exist, and a warning for each reason for which existence is unknown. */
export async function checkImages(
  images: readonly string[],
  resolve: ResolveImage,
): Promise<PreflightResult[]> {
  const absent: string[] = [];
  const unknown = new Map<string, string[]>();
  let existing = 0;
  const check = async (image: string) => {
    const found = await resolve(parseImageReference(image));
    if (found === "absent") {
      absent.push(image);
    } else if ("unknown" in found) {
      unknown.set(found.unknown, [...(unknown.get(found.unknown) ?? []), image]);
    } else {
      existing++;
    }
  };
  for (let from = 0; from < images.length; from += AT_ONCE) {
    await Promise.all(images.slice(from, from + AT_ONCE).map(check));
  }
  return [
    ...absent.sort().map(missing),
    ...[...unknown].map(([reason, unsure]) => uncertain(reason, unsure)),
    ...(existing === 0 ? [] : [ok("images", `${existing} of ${images.length} images exist`)]),
  ];
}

function missing(image: string): PreflightResult {
  const { registry } = locate(parseImageReference(image));
  return fault("images", {
    message: `image ${image} does not exist`,
    fix: `push it to ${registry}, or use --image <service>=<existing tag>`,
  });
}

function uncertain(reason: string, images: readonly string[]): PreflightResult {
  const [first = "", ...others] = [...images].sort();
  const named =
    others.length === 0 ? `${first} exists` : `${first} and ${others.length} more exist`;
  return warning("images", `unknown whether ${named}: ${reason}`);
}
