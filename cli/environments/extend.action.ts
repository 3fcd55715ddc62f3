import { DURATION_GRAMMAR, formatDuration, parseDuration, secondsOf } from "../../core/duration";
import { UserError } from "../../core/errors";
import { statusOf } from "../stacks/environment-status";
import { settingsReader } from "../stacks/settings-record";
import { settingsOf } from "../stacks/stack-config";
import { writeTags } from "../stacks/stack-tags";
import { requireStack } from "../stacks/stacks";
import type { ArgumentsOf, Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import { UsageError } from "../terminal/errors";
import { moment, timeLeft } from "../terminal/times";
import type { extend } from "./extend.command";
import type { ExtendData } from "./extend.data";

export async function run(
  context: Context,
  [stack, by]: ArgumentsOf<typeof extend>,
): Promise<Result> {
  const seconds = parseDuration(by);
  if (seconds === undefined) {
    throw new UsageError(`"${by}" is not ${DURATION_GRAMMAR}`, `doks-env extend ${stack} 4h`);
  }
  const record = await requireStack(context, stack);
  const environment = statusOf(record, context.now());
  const { createdAt, expiresAt } = environment;
  if (createdAt === undefined || expiresAt === undefined) {
    throw new UserError(
      `"${stack}" has no expiry to extend: it is ${environment.state}`,
      `doks-env up ${stack}`,
    );
  }
  const known = await settingsReader(context)(record);
  const { maxTtl } = settingsOf(context.project, stack, known?.own).settings;
  const from = Math.max(Date.parse(expiresAt), context.now().getTime());
  const wanted = new Date(from + seconds * 1000);
  const latest = new Date(Date.parse(createdAt) + secondsOf(maxTtl) * 1000);
  if (wanted > latest) {
    throw tooFar(stack, latest, from, maxTtl);
  }
  const data: ExtendData = {
    stack,
    expiresAt: wanted.toISOString(),
    latestExpiryAt: latest.toISOString(),
  };
  const lastUsed = context.now().toISOString();
  await writeTags(context, record, { expires: data.expiresAt, lastUsed });
  return {
    data,
    text: () =>
      `${stack} expires ${moment(data.expiresAt)}, ${timeLeft(data.expiresAt, context.now())}\n`,
  };
}

function tooFar(stack: string, latest: Date, from: number, maxTtl: string): UserError {
  // In whole minutes, because the remaining time decreases while a user types.
  const left = Math.floor((latest.getTime() - from) / 60_000) * 60;
  return new UserError(
    `"${stack}" may be extended until ${moment(latest.toISOString())} at most, ${maxTtl} after its creation (setting maxTtl)`,
    left > 0
      ? `doks-env extend ${stack} ${formatDuration(left)}`
      : `doks-env protect ${stack}   # keeps it regardless, until \`unprotect\``,
  );
}
