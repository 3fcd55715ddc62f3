import { appendFileSync } from "node:fs";
import { hiding, secretsIn } from "../../core/known-secrets";
import { REDACTED } from "../../core/redact";
import type { Context } from "../terminal/context";
import { publishComment } from "./github/comments";
import { setCommitStatus } from "./github/commit-status";
import { recordDeployment } from "./github/deployments";
import type { GitHub } from "./github/github";
import { headline, lapTable, pullRequestComment } from "./pull-request-comment";
import type { Report, ReportState } from "./report";

/** Marks of our comment and our status. */
const SUBJECT = "doks-env/environment";

interface Told {
  /** The commit's status. @default - not reported */
  readonly status?: "pending" | "success" | "failure";
  /** The deployment's state. @default - not reported */
  readonly deployment?: "in_progress" | "success" | "failure" | "inactive";
}

const TOLD: Readonly<Record<ReportState, Told>> = {
  waiting: { status: "pending" },
  "coming up": { status: "pending", deployment: "in_progress" },
  up: { status: "success", deployment: "success" },
  // It can still be visited.
  "tests failed": { status: "failure", deployment: "success" },
  failed: { status: "failure", deployment: "failure" },
  gone: { deployment: "inactive" },
  "left behind": { deployment: "inactive" },
  none: {},
};

/**
 * Writes a report to the pull request: the comment, a deployment to `pr-<number>`, and a status of the commit.
 *
 * @param expectsTests - whether tests follow, so that the status of an environment that is up is still open
 * @returns the comment's URL; undefined when there is nothing to report
 * @throws {GitHubError} when GitHub cannot be reached, or refuses
 */
export async function publish(
  { env }: Context,
  gitHub: GitHub,
  report: Report,
  expectsTests: boolean,
): Promise<string | undefined> {
  const { pullRequest, commit, state, environment } = report;
  if (state === "none") {
    return undefined;
  }
  const hide = hiding(secretsIn(env), REDACTED);
  const comment = hide(pullRequestComment(report));
  const { url } = await publishComment(gitHub, pullRequest, SUBJECT, comment);
  const { status, deployment } = TOLD[state];
  if (deployment !== undefined) {
    const logUrl = runUrl(env);
    await recordDeployment(gitHub, {
      environment: `pr-${pullRequest}`,
      commit,
      state: deployment,
      url: environment?.url,
      logUrl,
    });
  }
  if (status !== undefined) {
    const untested = state === "up" && expectsTests && report.tests.length === 0;
    await setCommitStatus(gitHub, commit, {
      context: SUBJECT,
      state: untested ? "pending" : status,
      description: untested
        ? `${report.stack} is up; its tests have not run yet`
        : hide(inWords(report)),
      url,
    });
  }
  return url;
}

function inWords(report: Report): string {
  return report.state === "waiting" ? report.why : headline(report).replace(/^\P{L}+/u, "");
}

/** @see https://docs.github.com/en/actions/reference/workflows-and-actions/variables */
function runUrl(env: NodeJS.ProcessEnv): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name, GITHUB_RUN_ID: id } = env;
  return server && name && id ? `${server}/${name}/actions/runs/${id}` : undefined;
}

/** Appends to the job's summary, if the environment has one. */
export function summarize({ env }: Context, report: Report): void {
  const file = env.GITHUB_STEP_SUMMARY;
  if (file) {
    const hide = hiding(secretsIn(env), REDACTED);
    const text = `### ${headline(report)}\n\n${report.why}\n\n${lapTable(report.laps)}\n\n`;
    appendFileSync(file, hide(text));
  }
}
