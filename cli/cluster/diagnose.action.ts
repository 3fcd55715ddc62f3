import { touchBeside } from "../stacks/last-use";
import { requireStack } from "../stacks/stacks";
import type { Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import { EXIT } from "../terminal/errors";
import type { DiagnoseData } from "./diagnose.data";
import { diagnosisMarkdown } from "./diagnose.markdown";
import { diagnosisText } from "./diagnose.text";
import { diagnoseStack } from "./diagnose-stack";

export interface DiagnoseOptions {
  readonly markdown?: boolean;
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
