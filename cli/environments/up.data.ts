import { z } from "zod";
import { environmentSchema } from "../stacks/environment-status.data";
import { type DataOf, flag, number, text, texts } from "../terminal/data";

const entranceSchema = z.object({
  domain: text("Environments answer at <namespace>.<domain>."),
  address: text("IP address or host name that *.<domain> must point to."),
  https: flag("Whether *.<domain> already points there, with HTTPS."),
});

const domainSchema = z.object({
  name: text("Environments answer at <stack>.<name>."),
  nameServers: texts("Name servers to delegate the domain to."),
  delegated: flag("Whether it is delegated to them."),
  certificate: text(
    "Name of its verified certificate. Absent until the domain is delegated.",
  ).optional(),
});

export const upSchema = z.object({
  environment: environmentSchema.describe("Environment that came up."),
  images: texts("Image references of its workloads, sorted."),
  entrance: entranceSchema
    .describe("Entrance of a shared cluster with a domain. Absent for environments.")
    .optional(),
  domain: domainSchema.describe("Domain of a stack for a domain. Absent for others.").optional(),
  kubeconfigFile: text(
    "Absolute path of the kubeconfig, which has no credential. Absent for a domain.",
  ).optional(),
  seconds: number("Duration of the command in seconds."),
});
export type UpData = DataOf<typeof upSchema>;
