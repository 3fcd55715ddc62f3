import { z } from "zod";
import { stackName } from "../stacks/environment-status.data";
import { type DataOf, listOf, text, texts } from "../terminal/data";

/** Any Kubernetes object; only the fields that Kubernetes requires of all are listed. */
const objectSchema: z.ZodType<object> = z.looseObject({
  apiVersion: text("Group and version of its API."),
  kind: text("Kind of the object."),
  metadata: z
    .looseObject({ name: text("Name of the object.") })
    .describe("Name, namespace, labels and the like."),
});

export const renderSchema = z.object({
  stack: stackName,
  images: texts("Image references of the manifests, sorted."),
  manifests: listOf(
    objectSchema,
    "Kubernetes objects that `up` would apply, in kustomize's order.",
  ),
});
export type RenderData = DataOf<typeof renderSchema>;
