import { z } from "zod";
import { environmentSchema } from "../stacks/environment-status.data";
import { type DataOf, flag, number, text, texts } from "../terminal/data";

const entranceSchema = z.object({
  domain: text("Environments answer at <namespace>.<domain>."),
  address: text("IP address or host name that *.<domain> has to lead to."),
  https: flag("Whether *.<domain> leads there already, with HTTPS."),
});

const domainSchema = z.object({
  name: text("Environments answer at <stack>.<name>."),
  nameServers: texts("Where the domain has to be delegated to."),
  delegated: flag("Whether it is."),
  certificate: text(
    "Name of its verified certificate. Absent until the domain is delegated.",
  ).optional(),
});

export const upSchema = z.object({
  environment: environmentSchema.describe("What has come up."),
  images: texts("References of all images that its workloads run, sorted."),
  entrance: entranceSchema
    .describe("Of a shared cluster that has a domain. Absent for environments.")
    .optional(),
  domain: domainSchema.describe("Of a stack for a domain. Absent for all others.").optional(),
  kubeconfigFile: text(
    "Absolute path of a kubeconfig without a credential. Absent for a domain.",
  ).optional(),
  seconds: number("How long the command took."),
});
export type UpData = DataOf<typeof upSchema>;
