import { describeError, UserError } from "../../core/errors";
import type { DownData } from "../environments/down.data";
import { run as takeDown } from "../sleep/down.action";
import { findStack } from "../stacks/stacks";
import type { Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import { EXIT, InterruptedError } from "../terminal/errors";
import type { EventOptions } from "./ci.command";
import { Session } from "./session";

export async function run(
  context: Context,
  _args: readonly string[],
  options: EventOptions,
): Promise<Result> {
  const session = await Session.open(context, options);
  const { event, decision, stack } = session;
  // A call by hand is explicit; an event must ask for it.
  if (event.action !== undefined && decision.does !== "down") {
    return session.nothing();
  }
  if ((await findStack(context, stack)) === undefined) {
    context.say(`there is no environment ${stack}`);
    return session.asItIs();
  }
  session.begin(undefined);
  const startedAt = context.now().getTime();
  const took = (succeeded: boolean) =>
    session.took([
      { name: "take down", seconds: (context.now().getTime() - startedAt) / 1000, succeeded },
    ]);
  try {
    const { data, exitCode } = await takeDown(context, [stack], { yes: true, wait: true });
    const receipt = data as DownData;
    took(receipt.gone);
    session.record({ receipt });
    return await session.end(exitCode);
  } catch (error) {
    if (error instanceof InterruptedError || !(error instanceof UserError)) {
      throw error;
    }
    took(false);
    session.record({ failure: { message: `it was not taken down: ${describeError(error)}` } });
    context.say(`error: ${describeError(error)}`);
    return session.end(EXIT.failed);
  }
}
