import { z } from "zod";
import { stackName } from "../stacks/environment-status.data";
import { type DataOf, texts } from "../terminal/data";

/** Whatever a tree has; what Kubernetes wants of any object is said. */
const objectSchema: z.ZodType<object> = z.looseObject({
  apiVersion: z.string().describe("Group and version of its API."),
  kind: z.string().describe("Kind of the object."),
  metadata: z
    .looseObject({ name: z.string().describe("Name of the object.") })
    .describe("Name, namespace, labels and the like."),
});

export const renderSchema = z.object({
  stack: stackName,
  images: texts("References of all images that the manifests run, sorted."),
  manifests: z
    .array(objectSchema)
    .describe("Kubernetes objects as they would be applied, in kustomize's order."),
});
export type RenderData = DataOf<typeof renderSchema>;
