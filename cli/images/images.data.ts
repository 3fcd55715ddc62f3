import { z } from "zod";
import { type DataOf, listOf, text, texts } from "../terminal/data";

export const imagesSchema = z.object({
  since: text("Commit to compare with: the branch point."),
  changed: listOf(
    z.object({
      name: text("Name of the image."),
      folder: text("Folder of its Dockerfile, relative to images.json."),
      reference: text("Reference to push; the tag is a hash of the contents of its folders."),
    }),
    "Images to build: their folders differ, or the registry does not have them.",
  ),
  unchanged: z
    .record(z.string(), text("Digest in the registry."))
    .describe("All other images, by name."),
  arguments: texts("Arguments for `doks-env up` once the images are pushed, word by word."),
});
export type ImagesData = DataOf<typeof imagesSchema>;
