import { diagnoseStack } from "../environments/failure";
import { touchBeside } from "../environments/touch";
import { requireStack } from "../stacks/stacks";
import type { Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import { EXIT } from "../terminal/errors";
import type { Diagnosis } from "./diagnosis";
import { diagnosisMarkdown } from "./diagnosis-markdown";
import { diagnosisText } from "./diagnosis-text";

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
