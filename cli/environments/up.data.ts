import { z } from "zod";
import { environmentSchema } from "../stacks/environment-status.data";
import { type DataOf, texts } from "../terminal/data";

const entranceSchema = z.object({
  domain: z.string().describe("Environments answer at <namespace>.<domain>."),
  address: z.string().describe("IP address or host name that *.<domain> has to lead to."),
  https: z.boolean().describe("Whether *.<domain> leads there already, with HTTPS."),
});

const domainSchema = z.object({
  name: z.string().describe("Environments answer at <stack>.<name>."),
  nameServers: texts("Where the domain has to be delegated to."),
  delegated: z.boolean().describe("Whether it is."),
  certificate: z
    .string()
    .describe("Name of its verified certificate. Absent until the domain is delegated.")
    .optional(),
});

export const upSchema = z.object({
  environment: environmentSchema.describe("What has come up."),
  images: texts("References of all images that its workloads run, sorted."),
  entrance: entranceSchema
    .describe("Of a shared cluster that has a domain. Absent for environments.")
    .optional(),
  domain: domainSchema.describe("Of a stack for a domain. Absent for all others.").optional(),
  kubeconfigFile: z
    .string()
    .describe("Absolute path of a kubeconfig without a credential. Absent for a domain.")
    .optional(),
  seconds: z.number().describe("How long the command took."),
});
export type UpData = DataOf<typeof upSchema>;
