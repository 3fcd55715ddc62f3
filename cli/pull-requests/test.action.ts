import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { secondsOf } from "../../core/duration";
import { UserError } from "../../core/errors";
import type { Settings } from "../../core/settings";
import { type EnvironmentStatus, statusOf } from "../stacks/environment-status";
import type { StackRecord } from "../stacks/record";
import { settingsReader } from "../stacks/settings-record";
import { settingsOf } from "../stacks/stack-config";
import { writeTags } from "../stacks/stack-tags";
import { requireStack } from "../stacks/stacks";
import type { OptionsOf, Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import { EXIT, InterruptedError } from "../terminal/errors";
import { noting } from "../terminal/noting";
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
  const environment = statusOf(record, context.now());
  if (environment.state !== "up") {
    throw new UserError(
      `"${stack}" cannot be tested: it is ${environment.state}`,
      "doks-env ci up   # first",
    );
  }
  const known = await settingsReader(context)(record);
  const { settings } = settingsOf(context.project, stack, known?.own);
  const startedAt = context.now();
  const tests = await test(context, session, { record, environment, settings });
  session.record({ tests });
  if (options.junit !== undefined) {
    const file = resolve(context.cwd, options.junit);
    await noting(context, `the tests' results, in ${file}`, () => {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, junitXml(stack, tests, startedAt));
    });
  }
  if (context.signal.aborted) {
    throw new InterruptedError("interrupted: not all tests were run", "run the same command again");
  }
  if (tests.every(hasPassed)) {
    await noting(context, "that the tests have passed", () =>
      writeTags(context, record, { keptUntil: null }),
    );
    return session.end();
  }
  await noting(context, "that it is kept because its tests have failed", async () =>
    session.record({ keptUntil: await keep(context, environment, settings, record) }),
  );
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

/** Keeps the environment for an investigation, within its maximum life. @returns the minimum end of that time, RFC 3339 */
async function keep(
  context: Context,
  { stack, createdAt = "", expiresAt = "" }: EnvironmentStatus,
  { keepFailedFor, maxTtl }: Settings,
  record: StackRecord,
): Promise<string> {
  const wanted = context.now().getTime() + secondsOf(keepFailedFor) * 1000;
  const latest = Date.parse(createdAt) + secondsOf(maxTtl) * 1000;
  const until = Math.min(wanted, latest);
  const keptUntil = new Date(until).toISOString();
  const expires = new Date(Math.max(until, Date.parse(expiresAt))).toISOString();
  await writeTags(context, record, { expires, keptUntil });
  context.say(`${stack} is kept until at least ${keptUntil}, so that you can investigate`);
  return keptUntil;
}
