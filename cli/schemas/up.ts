import { z } from "zod";
import type { UpData } from "../actions/up";
import { describing, texts } from "./describing";
import { environmentSchema } from "./environment";

export const upSchema = describing<UpData>()(
  z.object({
    environment: environmentSchema.describe("What has come up."),
    images: texts("References of all images that its workloads run, sorted."),
    kubeconfigFile: z.string().describe("Absolute path of a kubeconfig without a credential."),
    seconds: z.number().describe("How long the command took."),
  }),
);
