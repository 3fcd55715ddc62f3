import { z } from "zod";
import { stackName } from "../stacks/environment-status.data";
import { type DataOf, listOf, text, texts } from "../terminal/data";

/** Whatever a tree has; what Kubernetes wants of any object is said. */
const objectSchema: z.ZodType<object> = z.looseObject({
  apiVersion: text("Group and version of its API."),
  kind: text("Kind of the object."),
  metadata: z
    .looseObject({ name: text("Name of the object.") })
    .describe("Name, namespace, labels and the like."),
});

export const renderSchema = z.object({
  stack: stackName,
  images: texts("References of all images that the manifests run, sorted."),
  manifests: listOf(
    objectSchema,
    "Kubernetes objects as they would be applied, in kustomize's order.",
  ),
});
export type RenderData = DataOf<typeof renderSchema>;
