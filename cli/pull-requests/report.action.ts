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
  // Where nothing was done and nothing waits, what the comment says still holds.
  const isSilent = session.decision.does === "nothing" && !session.decision.waits;
  return isSilent && !session.run?.failure ? session.commentOfNotes() : session.endOfNotes();
}
