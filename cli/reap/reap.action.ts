import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { DURATION_GRAMMAR, parseDuration } from "../../core/duration";
import { UserError } from "../../core/errors";
import { requireStack } from "../stacks/stacks";
import type { Action, OptionsOf, Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import { EXIT, type ExitCode, UsageError } from "../terminal/errors";
import { CHANNELS, type ChannelName } from "./announcer";
import { judgeStack } from "./judge-stack";
import { openReaper } from "./open-reaper";
import { explain as timelineOf } from "./policy/explain";
import { type Review, review as reviewOf } from "./policy/rehearsals";
import { parseShard, type Shard } from "./policy/shard";
import type {
  RunOptions,
  reapExplain,
  reapPlan,
  reapRehearse,
  reapReview,
  reapRun,
} from "./reap.command";
import type { ReapData, ReviewData } from "./reap.data";
import { reapMarkdown } from "./reap.markdown";
import { reapText, reviewText } from "./reap.text";
import { type Intent, type Run, runReaper } from "./reaper";
import { reportOf, timestamp, verdictData } from "./report";

const ALL: Shard = { index: 1, of: 1 };
const MOST_AT_ONCE = 32;

export const plan: Action<typeof reapPlan> = (context, _args, options) =>
  runWith(context, options, { mode: "plan" });

export const run: Action<typeof reapRun> = (context, _args, options) =>
  runWith(context, options, { mode: "run", hash: options.plan });

export const rehearse: Action<typeof reapRehearse> = (context, _args, options) =>
  runWith(context, options, { mode: "rehearse" });

export const review: Action<typeof reapReview> = async (context, _args, { record }) => {
  const reaper = await openReaper(context, { shard: ALL, recordUrl: record });
  const { rehearsed, usedAfterwards } = (await reaper.record()).record;
  const found = reviewOf(rehearsed, usedAfterwards);
  const summary: ReviewData = { ...found, falsePositives: falsePositives(found) };
  const data: ReapData = { review: summary };
  return { data, text: () => reviewText(summary) };
};

export const explain: Action<typeof reapExplain> = async (context, [stack], { record }) => {
  await requireStack(context, stack);
  const reaper = await openReaper(context, { shard: ALL, recordUrl: record });
  const at = context.now().getTime() / 1000;
  const remembered = (await reaper.record()).record;
  const { verdict, doubts } = await judgeStack(reaper.sources, remembered, stack, at);
  const timeline = [...timelineOf(verdict, at), ...doubts.map((doubt) => `  ${doubt}`)];
  const data: ReapData = { explanation: { stack, ...verdictData(verdict), timeline } };
  return { data, text: () => timeline.map((line) => `${line}\n`).join("") };
};

async function runWith(
  context: Context,
  options: RunOptions & TakeDownLimits,
  intent: Intent,
): Promise<Result> {
  const settings = settingsOf(options);
  const write = reportWriter(context, options.report);
  const reaper = await openReaper(context, settings);
  const done = await reaper.working(intent.mode !== "plan", (tools) =>
    runReaper(intent, { ...settings, ...reaper.terms }, tools),
  );
  const report = reportOf(done, {
    project: context.project.name,
    shard: settings.shard,
    channels: reaper.announcer.names,
    requests: reaper.requests(),
  });
  write(reapMarkdown(report));
  const data: ReapData = { run: report };
  return {
    data,
    text: () => reapText(report, context.terminal.out.paint),
    exitCode: exitCodeOf(done.result),
  };
}

/** The options of a run that come from the command line. */
interface RunSettings {
  readonly shard: Shard;
  readonly channels?: readonly ChannelName[];
  readonly recordUrl?: string;
  readonly atOnce: number;
  readonly timeoutSeconds: number;
}

/** Limits that only `reap run` has. */
type TakeDownLimits = Pick<OptionsOf<typeof reapRun>, "concurrency" | "timeout">;

/** @throws {UsageError} for an invalid value */
function settingsOf(options: RunOptions & TakeDownLimits): RunSettings {
  const { announce, concurrency = "4", timeout = "30m", record, shard = "1/1" } = options;
  const atOnce = Number(concurrency);
  if (!Number.isInteger(atOnce) || atOnce < 1 || atOnce > MOST_AT_ONCE) {
    throw new UsageError(
      `"${concurrency}" is not a number of simultaneous teardowns`,
      `give a whole number from 1 to ${MOST_AT_ONCE}: --concurrency 4`,
    );
  }
  const timeoutSeconds = parseDuration(timeout);
  if (timeoutSeconds === undefined) {
    throw new UsageError(`"${timeout}" is not ${DURATION_GRAMMAR}`, "--timeout 30m");
  }
  return {
    shard: shardOf(shard),
    ...(announce.length === 0
      ? {}
      : { channels: CHANNELS.filter((name) => announce.includes(name)) }),
    recordUrl: record,
    atOnce,
    timeoutSeconds,
  };
}

function shardOf(text: string): Shard {
  try {
    return parseShard(text);
  } catch (error) {
    throw error instanceof UserError ? new UsageError(error.message, error.fix) : error;
  }
}

/** Checks before the run that the report can be written. */
function reportWriter({ cwd }: Context, file: string | undefined): (text: string) => void {
  if (file === undefined) {
    return () => {};
  }
  const path = resolve(cwd, file);
  try {
    writeFileSync(path, "");
  } catch (cause) {
    throw new UsageError(
      `the report cannot be written: ${(cause as Error).message}`,
      "name a file in an existing folder: --report report.md",
      { cause },
    );
  }
  return (text) => writeFileSync(path, text);
}

function exitCodeOf(result: Run["result"]): ExitCode {
  switch (result) {
    case "planned":
    case "done":
      return EXIT.done;
    case "refused":
    case "capped":
      return EXIT.failed;
    case "partly":
      return EXIT.partly;
    case "interrupted":
      return EXIT.interrupted;
  }
}

function falsePositives({ falsePositives: found }: Review): ReviewData["falsePositives"] {
  return found.map(({ stack, cause, at, usedAt }) => ({
    stack,
    cause,
    at: timestamp(at),
    usedAt: timestamp(usedAt),
  }));
}
