import { z } from "zod";
import { type DataOf, listOf, text, texts } from "../terminal/data";

export const imagesSchema = z.object({
  since: text("The commit that was compared with: where the branch began."),
  changed: listOf(
    z.object({
      name: text("Name of the image."),
      folder: text("Where its Dockerfile is, relative to images.json."),
      reference: text("What to push it as; its tag follows from the content of its folders."),
    }),
    "Images to build: those whose folders differ, and those that the registry does not have.",
  ),
  unchanged: z
    .record(z.string(), text("Digest that the registry has."))
    .describe("All other images, by their names."),
  arguments: texts("What to give to `doks-env up` when the images have been pushed, word by word."),
});
export type ImagesData = DataOf<typeof imagesSchema>;
