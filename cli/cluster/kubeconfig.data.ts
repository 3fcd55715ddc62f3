import { z } from "zod";
import { stackName } from "../stacks/environment-status.data";
import type { DataOf } from "../terminal/data";

export const kubeconfigSchema = z.object({
  stack: stackName,
  context: z.string().describe("Name of the context in the kubeconfig."),
  namespace: z.string().describe("Where commands go that name no namespace."),
  file: z
    .string()
    .describe("Absolute path of the file that has it now. Absent with --print.")
    .optional(),
  kubeconfig: z
    .string()
    .describe("The kubeconfig itself, as YAML; no credential is in it. Only with --print.")
    .optional(),
});
export type KubeconfigData = DataOf<typeof kubeconfigSchema>;
