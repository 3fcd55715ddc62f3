import type { Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import type { EventOptions } from "./ci.command";
import { Session } from "./session";

export async function run(
  context: Context,
  _args: readonly string[],
  options: EventOptions,
): Promise<Result> {
  const session = await Session.ofNotes(context, options);
  // If nothing was done and nothing waits, the existing comment is still right.
  const isSilent = session.decision.does === "nothing" && !session.decision.waits;
  return isSilent && !session.run?.failure ? session.commentOfNotes() : session.endOfNotes();
}
