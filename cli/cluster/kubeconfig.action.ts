import { touchBeside } from "../stacks/last-use";
import { requireStack } from "../stacks/stacks";
import type { ArgumentsOf, OptionsOf, Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import { UsageError } from "../terminal/errors";
import { kubeconfigOf, writeKubeconfigOf } from "./cluster-access";
import { kubeconfigText } from "./kubeconfig";
import type { kubeconfig } from "./kubeconfig.command";
import type { KubeconfigData } from "./kubeconfig.data";
import { kubeconfigPath, mergeKubeconfig } from "./kubeconfig-file";

export async function run(
  context: Context,
  [stack]: ArgumentsOf<typeof kubeconfig>,
  { merge, print, developer }: OptionsOf<typeof kubeconfig>,
): Promise<Result> {
  if (merge && print) {
    throw new UsageError("--merge and --print exclude each other", "use only one of them");
  }
  const as = developer ? "developer" : undefined;
  const record = await requireStack(context, stack);
  if (!print && !merge) {
    const data: KubeconfigData = { stack, ...(await writeKubeconfigOf(context, record, as)) };
    await touchBeside(context, record);
    return { data, text: () => `${data.file ?? ""}\n` };
  }
  const { kubeconfig, namespace } = await kubeconfigOf(context, record, as);
  await touchBeside(context, record);
  const said = { stack, context: kubeconfig["current-context"], namespace };
  if (print) {
    const text = kubeconfigText(kubeconfig);
    const data: KubeconfigData = { ...said, kubeconfig: text };
    return { data, text: () => text };
  }
  const file = kubeconfigPath(context.env);
  await mergeKubeconfig(file, kubeconfig);
  const data: KubeconfigData = { ...said, file };
  return { data, text: () => `${said.context} is the current context of ${file}\n` };
}
