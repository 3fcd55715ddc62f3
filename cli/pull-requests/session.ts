import { describeError, UserError } from "../../core/errors";
import { loadProjectSettings } from "../../core/settings/project-settings";
import { settingsOf } from "../stacks/stack-config";
import { findStack } from "../stacks/stacks";
import type { Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import { EXIT, type ExitCode } from "../terminal/errors";
import type { Lap } from "../terminal/progress";
import type { EventOptions } from "./ci.command";
import type { CiData } from "./ci.data";
import { type Decision, decide } from "./decision";
import { eventOf, type PullRequestEvent, stackOf } from "./event";
import { gitHubAccess } from "./github/access";
import { approvedCommits } from "./github/approvals";
import { type GitHub, openGitHub } from "./github/github";
import { readPullRequestNow, removeLabel } from "./github/pull-request-now";
import { publish, summarize } from "./publish";
import { headline, pullRequestComment } from "./pull-request-comment";
import { lookAt, reportOf } from "./report";
import type { Seen } from "./run-notes";
import { type RunNotes, readRun, writeRun } from "./run-notes";

/** The data of one `ci` command: the pull request, the decision about it, and the notes of this run. */
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
   * Reads the event and decides. With a token for GitHub it reads the present pull request, and removes a label of an earlier
   * commit. Notes the decision, or the failure to make one.
   *
   * @throws {UsageError} when neither options nor event name a pull request
   */
  public static async open(context: Context, options: EventOptions): Promise<Session> {
    const { event, gitHub, rules, present } = await ask(context, options);
    const stack = stackOf(event);
    const run = readRun(context.project, stack, event.commit);
    const decideBy = (commit: string | undefined) =>
      decide(event, rules, { commit, begun: run?.decision?.does === "up" }, present);
    let decision: Decision;
    try {
      decision = decideBy((await findStack(context, stack))?.tags.commit);
    } catch (error) {
      if (error instanceof UserError) {
        const session = new Session(context, event, decideBy(undefined), gitHub);
        session.record({ decision: session.decision, failure: { message: describeError(error) } });
      }
      throw error;
    }
    if (gitHub !== undefined && decision.revokes !== undefined) {
      await removeLabel(gitHub, event.number, decision.revokes);
      context.say(`the label "${decision.revokes}" is taken off: it was set for an earlier commit`);
    }
    const session = new Session(context, event, decision, gitHub);
    session.record({ decision });
    return session;
  }

  /**
   * Continues with the notes of an earlier command of this run. Sends no request to the backend or the account, whose failure
   * may be the subject of the report.
   *
   * @throws {UserError} without notes, and without an event that asks for an action
   */
  public static async ofNotes(context: Context, options: EventOptions): Promise<Session> {
    const { event, gitHub, rules, present } = await ask(context, options);
    const run = readRun(context.project, stackOf(event), event.commit);
    if (run === undefined && event.action === undefined) {
      throw new UserError(
        `this checkout has no notes on commit ${event.commit.slice(0, 7)} of pull request ${event.number}`,
        "doks-env ci up   # first, in the same checkout",
      );
    }
    const decision =
      run?.decision ?? decide(event, rules, { commit: undefined, begun: false }, present);
    return new Session(context, event, decision, gitHub);
  }

  public get run(): RunNotes | undefined {
    return readRun(this.context.project, this.stack, this.event.commit);
  }

  public record(changes: Partial<RunNotes>): void {
    const run = this.run ?? { commit: this.event.commit, laps: [] };
    writeRun(this.context.project, this.stack, { ...run, ...changes });
  }

  /** Adds a phase with its duration to the notes. */
  public took(laps: readonly Lap[]): void {
    this.record({ laps: [...(this.run?.laps ?? []), ...laps] });
  }

  /** Starts with empty notes: an earlier run of the same commit does not count. */
  public begin(before: RunNotes["before"]): void {
    writeRun(this.context.project, this.stack, {
      commit: this.event.commit,
      decision: this.decision,
      laps: [],
      before,
    });
  }

  /** Reads the environment, and reports its state to the pull request. */
  public async tell(): Promise<CiData> {
    const seen = await lookAt(this.context, this.stack);
    this.record({ seen });
    return this.publish(seen);
  }

  /** Writes the report. A failure to write it is a warning. */
  private async publish(seen: Seen): Promise<CiData> {
    const { context } = this;
    const data = this.dataOf(seen);
    if (this.gitHub === undefined) {
      context.say("no GITHUB_TOKEN is set: nothing is written to the pull request");
      return data;
    }
    try {
      const comment = await publish(context, this.gitHub, data, this.expectsTests());
      return { ...data, comment };
    } catch (error) {
      if (!(error instanceof UserError)) {
        throw error;
      }
      context.say(`GitHub did not accept the report: ${describeError(error)}`);
      return data;
    }
  }

  /** Ends a command: reports to the pull request, the job's summary and the caller. */
  public async end(exitCode: ExitCode = EXIT.done): Promise<Result> {
    const data = await this.tell();
    summarize(this.context, data);
    return { data, text: () => inBrief(data), exitCode };
  }

  /** Reports the notes. An environment that was coming up when the run ended counts as failed. */
  public async endOfNotes(): Promise<Result> {
    const seen = this.run?.seen ?? NOTHING_SEEN;
    const { state } = reportOf(this.event, this.decision, this.run, seen);
    if (state === "coming up" || (this.run === undefined && this.decision.does === "up")) {
      this.record({
        decision: this.decision,
        failure: { message: "the job ended before the environment was up: see its log" },
      });
    }
    const data = await this.publish(seen);
    return { data, text: () => pullRequestComment(data) };
  }

  /** The comment's text from the notes, without writing it. */
  public commentOfNotes(): Result {
    const data = this.dataOf(this.run?.seen ?? NOTHING_SEEN);
    return { data, text: () => pullRequestComment(data) };
  }

  /** The result for an event that asks for no action of this command. */
  public async nothing(): Promise<Result> {
    this.context.say(`nothing is done about ${this.stack}: ${this.decision.why}`);
    return this.decision.waits ? this.end() : this.asItIs();
  }

  /** The comment's text, without writing it. */
  public async asItIs(): Promise<Result> {
    const data = this.dataOf(await lookAt(this.context, this.stack));
    return { data, text: () => inBrief(data) };
  }

  private dataOf(seen: Seen): CiData {
    const report = reportOf(this.event, this.decision, this.run, seen);
    return { ...report, decision: this.decision.does };
  }

  private expectsTests(): boolean {
    return settingsOf(this.context.project, this.stack).settings.tests.length > 0;
  }
}

const NOTHING_SEEN: Seen = { images: [], declared: [] };

/** Returns the event and, with a token for GitHub, the present pull request. */
async function ask(context: Context, options: EventOptions) {
  const { project, env, signal, say } = context;
  const event = eventOf(options, env);
  const { pullRequests: rules, repository } = loadProjectSettings(project.folder, project.name);
  const access =
    env.GITHUB_TOKEN || env.GH_TOKEN
      ? gitHubAccess(env, event.repository ?? repository ?? (env.GITHUB_REPOSITORY || undefined))
      : undefined;
  const gitHub = access && (await openGitHub(access, { signal, say }));
  const present = gitHub && {
    ...(await readPullRequestNow(gitHub, event.number)),
    approved: event.isFork ? await approvedCommits(gitHub, event.number) : [],
  };
  return { event, gitHub, rules, present };
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
