import { touchBeside } from "../stacks/last-use";
import { requireStack } from "../stacks/stacks";
import type { ArgumentsOf, OptionsOf, Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import { EXIT } from "../terminal/errors";
import type { diagnose } from "./diagnose.command";
import type { DiagnoseData } from "./diagnose.data";
import { diagnosisMarkdown } from "./diagnose.markdown";
import { diagnosisText } from "./diagnose.text";
import { diagnoseStack } from "./diagnose-stack";

export async function run(
  context: Context,
  [stack]: ArgumentsOf<typeof diagnose>,
  { markdown }: OptionsOf<typeof diagnose>,
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
