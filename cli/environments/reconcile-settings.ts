import { UserError } from "../../core/errors";
import { isUnset, type Layer, type Value } from "../../core/settings/layers";
import {
  type Difference,
  differences,
  type OwnSettings,
  revisionOf,
} from "../../core/settings/revision";
import type { StackFile } from "../stacks/stack-file";
import type { Context } from "../terminal/context";
import { UsageError } from "../terminal/errors";

/** The choice of settings after another checkout has changed those of the environment. */
const CHOICES = ["mine", "theirs"] as const;

/**
 * Returns the stack's own settings for an update: those of this checkout, unless another checkout has changed the
 * environment's since. Then the user chooses, so that neither silently replaces the other.
 *
 * @param mine - settings of this checkout. @default - none
 * @param theirs - settings of the environment. @default - unknown
 * @param said - value of `--settings`
 * @throws {UsageError} for an unknown choice
 * @throws {UserError} without a terminal, or when the answer is no
 */
export async function reconcileSettings(
  context: Context,
  stack: string,
  mine: StackFile | undefined,
  theirs: OwnSettings | undefined,
  said: string | undefined,
): Promise<Layer> {
  const choice = choiceIn(said);
  if (mine === undefined || theirs === undefined) {
    return mine?.own ?? theirs?.own ?? {};
  }
  if (choice !== undefined) {
    return choice === "mine" ? mine.own : theirs.own;
  }
  if (mine.basedOn === theirs.revision || revisionOf(mine.own) === theirs.revision) {
    return mine.own;
  }
  const changed = changedError(stack, differences(mine.own, theirs.own));
  const { terminal, signal, say } = context;
  if (!terminal.interactive) {
    throw changed;
  }
  say(changed.message);
  if (!(await terminal.confirm("Bring it up with this checkout's settings?", signal))) {
    throw changed;
  }
  return mine.own;
}

/** Returns the error for settings that another checkout has changed. */
export function changedError(stack: string, found: readonly Difference[]): UserError {
  const lines = found.map(
    ({ path, mine, theirs }) =>
      `\n  ${path}: ${text(mine)} here, ${text(theirs)} in the environment`,
  );
  return new UserError(
    `another checkout has changed the settings of "${stack}":${lines.join("")}`,
    `doks-env up ${stack} --settings theirs   # uses the environment's settings; or, to use this checkout's:\n` +
      `  doks-env up ${stack} --settings mine`,
  );
}

function choiceIn(said: string | undefined): (typeof CHOICES)[number] | undefined {
  const choice = CHOICES.find((one) => one === said);
  if (said !== undefined && choice === undefined) {
    throw new UsageError(
      `--settings must be ${CHOICES.join(" or ")}, got "${said}"`,
      "--settings theirs   # uses the environment's settings",
    );
  }
  return choice;
}

function text(value: Value | undefined): string {
  if (value === undefined) {
    return "not set";
  }
  if (isUnset(value)) {
    return "unset (null)";
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}
