import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { describeError } from "../../core/errors";
import { UsageError } from "../terminal/errors";

/** The source folders of each image of a repository, from its file `images.json`. */
export interface ImageSources {
  /** Absolute folder of the file, to which its folders are relative. */
  readonly folder: string;
  /** Registry and common path of all images: `registry.digitalocean.com/acme/shop`. */
  readonly repository: string;
  /** Folders by the image's name; the first contains its Dockerfile. */
  readonly images: Readonly<Record<string, readonly string[]>>;
}

const path = z
  .string()
  .regex(
    /^(?!\.{1,2}(\/|$))[^/]+(\/(?!\.{1,2}(\/|$))[^/]+)*$/,
    'must be a folder below the file, such as "src/frontend"',
  );

/** The grammar of a repository's name. @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests */
const PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";

const schema = z.strictObject({
  repository: z
    .string()
    .regex(
      new RegExp(`^[a-z0-9.-]+(:\\d+)?(/${PART})*$`),
      'must be a registry and a path in it, such as "registry.digitalocean.com/acme/shop"',
    ),
  images: z.record(
    z.string().regex(new RegExp(`^${PART}$`), 'must be the name of an image, such as "frontend"'),
    z.array(path).min(1, "must name at least one folder"),
  ),
});

/** @throws {UsageError} with every fault of the file */
export function readImageSources(file: string): ImageSources {
  const full = resolve(file);
  const fix = "see the example in docs/monorepo.md, or name another file with --sources <file>";
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(full, "utf8"));
  } catch (cause) {
    throw new UsageError(`${full} cannot be read: ${describeError(cause)}`, fix, { cause });
  }
  const parsed = schema.safeParse(content);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => {
      const [cause = issue] = issue.code === "invalid_key" ? issue.issues : [];
      return `${issue.path.join(".") || "it"}: ${cause.message}`;
    });
    throw new UsageError(`${full} is wrong: ${faults.join("; ")}`, fix);
  }
  return { folder: dirname(full), ...parsed.data };
}
