import { z } from "zod";
import { type DataOf, texts } from "../terminal/data";

export const imagesSchema = z.object({
  since: z.string().describe("The commit that was compared with: where the branch began."),
  changed: z
    .array(
      z.object({
        name: z.string().describe("Name of the image."),
        folder: z.string().describe("Where its Dockerfile is, relative to images.json."),
        reference: z
          .string()
          .describe("What to push it as; its tag follows from the content of its folders."),
      }),
    )
    .describe(
      "Images to build: those whose folders differ, and those that the registry does not have.",
    ),
  unchanged: z
    .record(z.string(), z.string().describe("Digest that the registry has."))
    .describe("All other images, by their names."),
  arguments: texts("What to give to `doks-env up` when the images have been pushed, word by word."),
});
export type ImagesData = DataOf<typeof imagesSchema>;
