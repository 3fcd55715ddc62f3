import type { Result } from "../command";
import type { Context } from "../context";
import { EXIT } from "../errors";
import type { Diagnosis } from "../services/cluster/diagnosis";
import { diagnoseStack } from "../services/failure";
import { requireStack } from "../services/stacks";
import { touchBeside } from "../services/touch";
import { diagnosisMarkdown } from "../ui/diagnosis-markdown";
import { diagnosisText } from "../ui/diagnosis-text";

export interface DiagnoseOptions {
  readonly markdown?: boolean;
}

/** What `diagnose --json` prints. */
export interface DiagnoseData extends Diagnosis {
  readonly stack: string;
}

export async function run(
  context: Context,
  [stack = ""]: readonly string[],
  { markdown }: DiagnoseOptions,
): Promise<Result> {
  const record = await requireStack(context, stack);
  const diagnosis = await diagnoseStack(context, record);
  await touchBeside(context, record);
  const data: DiagnoseData = { stack, ...diagnosis };
  return {
    data,
    text: () =>
      markdown
        ? diagnosisMarkdown(diagnosis)
        : diagnosisText(diagnosis, context.terminal.out.paint),
    exitCode: diagnosis.findings.some(({ state }) => state === "failed") ? EXIT.failed : EXIT.done,
  };
}
