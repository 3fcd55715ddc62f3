import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { secondsOf } from "../../core/duration";
import { UserError } from "../../core/errors";
import type { Settings } from "../../core/settings";
import { engineFor } from "../stacks/engine";
import { type Environment, environmentOf } from "../stacks/environments";
import { restoreConfig, settingsOf } from "../stacks/stack-config";
import { removeTags, setTags } from "../stacks/stack-tags";
import { requireStack } from "../stacks/stacks";
import type { OptionsOf, Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import { EXIT, InterruptedError } from "../terminal/errors";
import { progressOf } from "../terminal/progress";
import type { ciTest } from "./ci.command";
import { junitXml } from "./gate/junit";
import { type GateArgs, runGate } from "./gate/run-gate";
import { hasPassed, type TestResult } from "./gate/test-result";
import { Session } from "./session";

export async function run(
  context: Context,
  _args: readonly string[],
  options: OptionsOf<typeof ciTest>,
): Promise<Result> {
  const session = await Session.open(context, options);
  if (session.decision.does !== "up") {
    return session.nothing();
  }
  const { stack } = session;
  const record = await requireStack(context, stack);
  const environment = environmentOf(record, context.now());
  if (environment.state !== "up") {
    throw new UserError(
      `"${stack}" cannot be tested: it is ${environment.state}`,
      "doks-env ci up   # first",
    );
  }
  await restoreConfig(context.project, record, engineFor(context));
  const { settings } = settingsOf(context.project, stack);
  const startedAt = context.now();
  const tests = await test(context, session, { record, environment, settings });
  if (options.junit !== undefined) {
    const file = resolve(context.cwd, options.junit);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, junitXml(stack, tests, startedAt));
  }
  session.record({ tests });
  if (context.signal.aborted) {
    throw new InterruptedError("interrupted: not all tests were run", "run the same command again");
  }
  if (tests.every(hasPassed)) {
    await removeTags(engineFor(context), stack, ["keptUntil"], record.tags);
    return session.end();
  }
  session.record({ keptUntil: await keep(context, environment, settings, record.tags) });
  return session.end(EXIT.failed);
}

async function test(
  context: Context,
  session: Session,
  args: Omit<GateArgs, "progress">,
): Promise<TestResult[]> {
  const progress = progressOf(context);
  try {
    return await runGate(context, { ...args, progress });
  } finally {
    session.took(progress.laps);
    progress.close();
  }
}

/** Has it kept so that somebody can look, as far as it may live. @returns until when at least, RFC 3339 */
async function keep(
  context: Context,
  { stack, createdAt = "", expiresAt = "" }: Environment,
  { keepFailedFor, maxTtl }: Settings,
  tags: Readonly<Record<string, string>>,
): Promise<string> {
  const wanted = context.now().getTime() + secondsOf(keepFailedFor) * 1000;
  const latest = Date.parse(createdAt) + secondsOf(maxTtl) * 1000;
  const until = Math.min(wanted, latest);
  const keptUntil = new Date(until).toISOString();
  const expires = new Date(Math.max(until, Date.parse(expiresAt))).toISOString();
  await setTags(engineFor(context), stack, { expires, keptUntil }, tags);
  context.say(`${stack} is kept until ${keptUntil} at least, so that somebody can look`);
  return keptUntil;
}
