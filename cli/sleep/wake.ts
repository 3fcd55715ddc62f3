import { UserError } from "../../core/errors";
import type { Pins } from "../../core/manifests/image-overrides";
import type { Layer } from "../../core/settings/layers";
import { type BringUpOptions, type BringUpTools, bringUp } from "../environments/bring-up";
import type { BroughtUp } from "../environments/finish-update";
import { statusOf } from "../stacks/environment-status";
import { settingsReader } from "../stacks/settings-record";
import { pinsIn } from "../stacks/sleeping-pins";
import { requireStack } from "../stacks/stacks";
import type { Context } from "../terminal/context";

export type WakeOptions = Pick<BringUpOptions, "wait" | "breakLock" | "byClock" | "consent">;

/**
 * Wakes an environment with the settings of its last update and the digests from its sleep, in any checkout. Leaves this
 * checkout's settings unchanged, for the next `up`. After any interruption it can be run again.
 *
 * @throws {UserError} when it is not asleep; otherwise as {@link bringUp}
 */
export async function wake(
  context: Context,
  stack: string,
  tools: BringUpTools,
  options: WakeOptions,
): Promise<BroughtUp> {
  const record = await requireStack(context, stack);
  if (record.tags.asleep === undefined) {
    const { state } = statusOf(record, context.now());
    throw new UserError(`"${stack}" is not asleep: it is ${state}`, `doks-env up ${stack}`);
  }
  const { protected: isProtected } = record.tags;
  // `protect` and `unprotect` need no update.
  const recorded: Layer = {
    ...(await settingsReader(context)(record))?.own,
    ...(isProtected === undefined ? {} : { protect: isProtected }),
  };
  const pins = { ...(recorded.pins as Pins | undefined), ...pinsIn(record.tags) };
  const own = { ...recorded, pins };
  return bringUp(context, stack, record, tools, {
    ...options,
    command: "wake",
    own,
    recorded,
    changes: {},
    pin: false,
    keepsFile: false,
  });
}
