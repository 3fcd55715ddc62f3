import { createHash } from "node:crypto";
import { UserError } from "../../core/errors";
import { contentIds, mergeBase } from "../stacks/git";
import { UsageError } from "../terminal/errors";
import type { ImageSources } from "./image-sources";
import type { ResolveImage } from "./resolve-image";

interface ImageToBuild {
  readonly name: string;
  /** Folder of its Dockerfile, relative to the file with the images. */
  readonly folder: string;
  /** The reference to push; its tag is a hash of the content of its folders. */
  readonly reference: string;
}

export interface ChangedImages {
  /** The commit of the comparison. */
  readonly since: string;
  /** Images whose folders differ, and unchanged images that the registry lacks. */
  readonly changed: readonly ImageToBuild[];
  /** Digests of all others, by the image's name. */
  readonly unchanged: Readonly<Record<string, string>>;
}

/** 64 bits: enough to tell the versions of one image apart. */
const TAG_DIGITS = 16;

/**
 * Returns the images that a commit must build, and the digests of all others.
 *
 * An image's tag is a hash of the content of its folders. So the main branch's builds only need to push images, and no tag ever
 * has two meanings.
 *
 * @param revision - the comparison uses the commit at which the checked-out commit branched off from it
 * @throws {UsageError} when the revision or a folder does not exist
 * @throws {UserError} with all images whose existence the registry does not report
 */
export async function changedImages(
  { folder, repository, images }: ImageSources,
  revision: string,
  resolve: ResolveImage,
): Promise<ChangedImages> {
  const since = await mergeBase(revision, folder);
  const paths = [...new Set(Object.values(images).flat())];
  const before = await contentIds(since, paths, folder);
  const after = await contentIds("HEAD", paths, folder);
  const missing = paths.filter((path) => !after.has(path));
  if (missing.length > 0) {
    throw new UsageError(
      `the checked-out commit in ${folder} does not contain ${missing.join(", ")}`,
      "correct the file, or commit the missing folders: uncommitted changes do not count",
    );
  }
  const changed: ImageToBuild[] = [];
  const unchanged: Record<string, string> = {};
  const faults: string[] = [];
  await Promise.all(
    Object.entries(images).map(async ([image, folders]) => {
      const name = `${repository}/${image}`;
      const tag = tagOf(folders, after);
      const toBuild = { name: image, folder: folders[0] ?? "", reference: `${name}:${tag}` };
      if (tag !== tagOf(folders, before)) {
        changed.push(toBuild);
        return;
      }
      const found = await resolve({ name, tag });
      if (found === "absent") {
        changed.push(toBuild);
      } else if ("unknown" in found) {
        faults.push(`${toBuild.reference}: ${found.unknown}`);
      } else {
        unchanged[image] = found.digest;
      }
    }),
  );
  if (faults.length > 0) {
    throw new UserError(
      `${faults.length} unchanged ${faults.length === 1 ? "image" : "images"} cannot be looked up: ${faults.sort().join("; ")}`,
      "run `docker login` for those registries, then run this command again",
    );
  }
  const inOrder = Object.keys(images);
  return {
    since,
    changed: changed.sort((a, b) => inOrder.indexOf(a.name) - inOrder.indexOf(b.name)),
    unchanged: Object.fromEntries(
      inOrder.flatMap((name) => (unchanged[name] === undefined ? [] : [[name, unchanged[name]]])),
    ),
  };
}

/** Hashes the folders' names, too, because a build may depend on them. */
function tagOf(folders: readonly string[], ids: ReadonlyMap<string, string>): string {
  const content = folders.map((folder) => `${ids.get(folder) ?? "none"} ${folder}\n`).join("");
  return `src-${createHash("sha256").update(content).digest("hex").slice(0, TAG_DIGITS)}`;
}
