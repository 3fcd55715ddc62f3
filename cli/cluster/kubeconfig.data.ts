import { z } from "zod";
import { stackName } from "../stacks/environment-status.data";
import { type DataOf, text } from "../terminal/data";

export const kubeconfigSchema = z.object({
  stack: stackName,
  context: text("Name of the context in the kubeconfig."),
  namespace: text("Default namespace of the context."),
  file: text("Absolute path of the written file. Absent with --print.").optional(),
  kubeconfig: text("The kubeconfig as YAML, without a credential. Only with --print.").optional(),
});
export type KubeconfigData = DataOf<typeof kubeconfigSchema>;
