import { describeError } from "../../core/errors";
import type { StackRecord } from "../stacks/record";
import { findStack } from "../stacks/stacks";
import type { Context } from "../terminal/context";
import { NoClusterError, openClusterOf } from "./cluster-access";
import { diagnose } from "./diagnose";
import { diagnosisText } from "./diagnose.text";
import type { Diagnosis } from "./diagnosis";

/** Diagnoses an environment from its cluster. */
export async function diagnoseStack(context: Context, record: StackRecord): Promise<Diagnosis> {
  const { client, namespace, isTenant } = await openClusterOf(context, record);
  return diagnose(client, namespace, record.stack, context.now(), isTenant);
}

/**
 * Returns the cluster's diagnosis after a failed update, to print beside Pulumi's error. A failure of the diagnosis itself
 * does not hide that error.
 */
export async function diagnosisAfterFailure(context: Context, stack: string): Promise<string> {
  const record = await findStack(context, stack);
  if (record === undefined) {
    return "";
  }
  try {
    const diagnosis = await diagnoseStack(context, record);
    return diagnosis.findings.length === 0
      ? ""
      : `\n\n${diagnosisText(diagnosis, context.terminal.err.paint)}`;
  } catch (error) {
    if (error instanceof NoClusterError) {
      return "";
    }
    return `\n  the cluster could not be diagnosed: ${describeError(error)}`;
  }
}
