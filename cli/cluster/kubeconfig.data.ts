import { z } from "zod";
import { stackName } from "../stacks/environment-status.data";
import { type DataOf, text } from "../terminal/data";

export const kubeconfigSchema = z.object({
  stack: stackName,
  context: text("Name of the context in the kubeconfig."),
  namespace: text("Where commands go that name no namespace."),
  file: text("Absolute path of the file that has it now. Absent with --print.").optional(),
  kubeconfig: text(
    "The kubeconfig itself, as YAML; no credential is in it. Only with --print.",
  ).optional(),
});
export type KubeconfigData = DataOf<typeof kubeconfigSchema>;
