import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { DURATION_GRAMMAR, parseDuration } from "../../core/duration";
import { UserError } from "../../core/errors";
import { requireStack } from "../stacks/stacks";
import type { Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import { EXIT, type ExitCode, UsageError } from "../terminal/errors";
import { CHANNELS, type ChannelName } from "./announcer";
import { explained } from "./explained";
import { openReaper, type Reaper } from "./open-reaper";
import { explain } from "./policy/explain";
import { type Review, review } from "./policy/shadow";
import { parseShard, type Shard } from "./policy/shard";
import type { ReapData, ReviewData } from "./reap.data";
import { reapMarkdown } from "./reap.markdown";
import { reapText } from "./reap.text";
import { type Intent, type Run, runReaper } from "./reaper";
import { reportOf, timestamp, verdictData } from "./report";
import { reviewText } from "./review.text";

export interface ReapOptions {
  readonly yes?: boolean;
  readonly plan?: string;
  readonly shadow?: boolean;
  readonly review?: boolean;
  readonly explain?: string;
  readonly shard?: string;
  readonly announce: readonly string[];
  readonly record?: string;
  readonly concurrency?: string;
  readonly timeout?: string;
  readonly report?: string;
}

const MOST_AT_ONCE = 32;

export async function run(
  context: Context,
  _args: readonly string[],
  options: ReapOptions,
): Promise<Result> {
  const settings = settingsOf(options);
  if (options.review) {
    return tellReview(await openReaper(context, settings));
  }
  if (options.explain !== undefined) {
    await requireStack(context, options.explain);
    return tellExplanation(context, await openReaper(context, settings), options.explain);
  }
  const write = reportWriter(context, options.report);
  const intent = intentOf(options);
  const reaper = await openReaper(context, settings);
  const done = await reaper.working(intent.mode !== "plan", (means) =>
    runReaper(intent, { ...settings, ...reaper.terms }, means),
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

/** What of a run the command line says. */
export interface ReapSettings {
  readonly shard: Shard;
  readonly channels?: readonly ChannelName[];
  readonly recordUrl?: string;
  readonly atOnce: number;
  readonly timeoutSeconds: number;
}

/** @throws {UsageError} for what makes no sense */
function settingsOf(options: ReapOptions): ReapSettings {
  const { announce, concurrency = "4", timeout = "30m", record, shard = "1/1" } = options;
  const modes = [
    options.yes || options.plan !== undefined ? "--yes or --plan" : "",
    options.shadow ? "--shadow" : "",
    options.review ? "--review" : "",
    options.explain === undefined ? "" : "--explain",
  ].filter((mode) => mode !== "");
  if (modes.length > 1) {
    throw new UsageError(`${modes.join(" and ")} exclude each other`, "give one of them");
  }
  const atOnce = Number(concurrency);
  if (!Number.isInteger(atOnce) || atOnce < 1 || atOnce > MOST_AT_ONCE) {
    throw new UsageError(
      `"${concurrency}" is no number of environments to take down at once`,
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
    ...(record === undefined ? {} : { recordUrl: record }),
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

function intentOf({ yes, plan, shadow }: ReapOptions): Intent {
  if (shadow) {
    return { mode: "shadow" };
  }
  if (plan !== undefined) {
    return { mode: "act", hash: plan };
  }
  return yes ? { mode: "act" } : { mode: "plan" };
}

/** A file that cannot be written is told before anything is done. */
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
      "give a file in a folder that is there: --report report.md",
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

async function tellReview(reaper: Reaper): Promise<Result> {
  const { rehearsed, usedAfterwards } = (await reaper.record()).record;
  const found = review(rehearsed, usedAfterwards);
  const told: ReviewData = { ...found, falsePositives: falsePositives(found) };
  const data: ReapData = { review: told };
  return { data, text: () => reviewText(told) };
}

function falsePositives({ falsePositives: found }: Review): ReviewData["falsePositives"] {
  return found.map(({ stack, cause, at, usedAt }) => ({
    stack,
    cause,
    at: timestamp(at),
    usedAt: timestamp(usedAt),
  }));
}

async function tellExplanation({ now }: Context, reaper: Reaper, stack: string): Promise<Result> {
  const at = now().getTime() / 1000;
  const { verdict, doubts } = await explained(
    reaper.sources,
    (await reaper.record()).record,
    stack,
    at,
  );
  const timeline = [...explain(verdict, at), ...doubts.map((doubt) => `  ${doubt}`)];
  const data: ReapData = { explanation: { stack, ...verdictData(verdict), timeline } };
  return { data, text: () => timeline.map((line) => `${line}\n`).join("") };
}
