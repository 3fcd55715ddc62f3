import { describeError, UserError } from "../../core/errors";
import { loadProjectSettings } from "../../core/settings/project-settings";
import { settingsOf } from "../stacks/stack-config";
import { findStack } from "../stacks/stacks";
import type { Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import { EXIT, type ExitCode } from "../terminal/errors";
import type { Lap } from "../terminal/progress";
import type { CiData } from "./ci.data";
import { type Decision, decide } from "./decision";
import { type EventOptions, eventOf, type PullRequestEvent, stackOf } from "./event";
import { gitHubAccess } from "./github/access";
import { type GitHub, openGitHub } from "./github/github";
import { readPullRequestNow, removeLabel } from "./github/pull-request-now";
import { publish, summarize } from "./publish";
import { headline, pullRequestComment } from "./pull-request-comment";
import { reportOn } from "./report";
import { type RunRecord, readRun, writeRun } from "./run-record";

/** What one of the commands of `ci` works with: the pull request, what is to become of it, and what this run has done. */
export class Session {
  public readonly stack: string;

  private constructor(
    private readonly context: Context,
    public readonly event: PullRequestEvent,
    public readonly decision: Decision,
    private readonly gitHub: GitHub | undefined,
  ) {
    this.stack = stackOf(event);
  }

  /**
   * Reads the event and decides. Where there is a token for GitHub, the pull request as it is now counts, and a label that
   * spoke of an earlier commit is taken off.
   *
   * @throws {UsageError} when nobody says which pull request
   */
  public static async open(context: Context, options: EventOptions): Promise<Session> {
    const { project, env, signal, say } = context;
    const event = eventOf(options, env);
    const { pullRequests, repository } = loadProjectSettings(project.folder, project.name);
    const access =
      env.GITHUB_TOKEN || env.GH_TOKEN
        ? gitHubAccess(env, event.repository ?? repository ?? (env.GITHUB_REPOSITORY || undefined))
        : undefined;
    const gitHub = access && (await openGitHub(access, { signal, say }));
    const present = gitHub && (await readPullRequestNow(gitHub, event.number));
    const stack = stackOf(event);
    const past = {
      commit: (await findStack(context, stack))?.tags.commit,
      begun: readRun(project, stack, event.commit) !== undefined,
    };
    const decision = decide(event, pullRequests, past, present);
    if (gitHub !== undefined && decision.revokes !== undefined) {
      await removeLabel(gitHub, event.number, decision.revokes);
      say(`the label "${decision.revokes}" is taken off: it was set for an earlier commit`);
    }
    return new Session(context, event, decision, gitHub);
  }

  /** What this run has done so far. */
  public get run(): RunRecord | undefined {
    return readRun(this.context.project, this.stack, this.event.commit);
  }

  /** Notes what was done. */
  public record(changes: Partial<RunRecord>): void {
    const run = this.run ?? { commit: this.event.commit, laps: [] };
    writeRun(this.context.project, this.stack, { ...run, ...changes });
  }

  /** Notes how long something took, after what has taken time before. */
  public took(laps: readonly Lap[]): void {
    this.record({ laps: [...(this.run?.laps ?? []), ...laps] });
  }

  /** Begins anew: what an earlier run of the same commit has done does not count. */
  public begin(before: RunRecord["before"]): void {
    writeRun(this.context.project, this.stack, {
      commit: this.event.commit,
      laps: [],
      ...(before === undefined ? {} : { before }),
    });
  }

  /** Tells the pull request how it stands. That it cannot be told is no reason to fail what was done. */
  public async tell(): Promise<CiData> {
    const { context, event, decision } = this;
    const report = await reportOn(context, event, decision, this.run);
    const data = { ...report, decision: decision.does };
    if (this.gitHub === undefined) {
      context.say("no GITHUB_TOKEN is set: nothing is written to the pull request");
      return data;
    }
    try {
      const comment = await publish(context, this.gitHub, report, this.expectsTests());
      return { ...data, ...(comment === undefined ? {} : { comment }) };
    } catch (error) {
      if (!(error instanceof UserError)) {
        throw error;
      }
      context.say(`the pull request could not be told: ${describeError(error)}`);
      return data;
    }
  }

  /** The end of a command: tells the pull request, the job's summary and whoever has called. */
  public async end(exitCode: ExitCode = EXIT.done): Promise<Result> {
    const data = await this.tell();
    summarize(this.context, data);
    return { data, text: () => inBrief(data), exitCode };
  }

  /** For an event that asks for something else. */
  public async nothing(): Promise<Result> {
    this.context.say(`nothing is done about ${this.stack}: ${this.decision.why}`);
    return this.decision.waits ? this.end() : this.asItIs();
  }

  /** What the comment says, without writing it. */
  public async asItIs(): Promise<Result> {
    const report = await reportOn(this.context, this.event, this.decision, this.run);
    const data: CiData = { ...report, decision: this.decision.does };
    return { data, text: () => inBrief(data) };
  }

  private expectsTests(): boolean {
    return settingsOf(this.context.project, this.stack).settings.tests.length > 0;
  }
}

/** The comment's text, for systems other than GitHub. */
export function asComment(result: Result): Result {
  return { ...result, text: () => pullRequestComment(result.data as CiData) };
}

function inBrief(data: CiData): string {
  const { environment, comment, why, decision } = data;
  const lines = [
    headline(data),
    ...(decision === "nothing" ? [`  nothing is done: ${why}`] : []),
    ...(environment?.url === undefined ? [] : [`  ${environment.url}`]),
    ...(comment === undefined ? [] : [`  ${comment}`]),
  ];
  return `${lines.join("\n")}\n`;
}
