import { setCommitStatus } from "../../../../cli/pull-requests/github/commit-status";
import { recordDeployment } from "../../../../cli/pull-requests/github/deployments";
import {
  readPullRequestNow,
  removeLabel,
} from "../../../../cli/pull-requests/github/pull-request-now";
import { withRepository } from "./support/repository";

const FIRST = "a".repeat(40);
const SECOND = "b".repeat(40);
const WRITES = {
  permissions: { pull_requests: "write", deployments: "write", statuses: "write" },
} as const;

describe("a deployment", () => {
  it("is one for each commit, with all its states", () =>
    withRepository(async ({ gitHub, repository }) => {
      const deployment = { environment: "pr-7", commit: FIRST };
      await recordDeployment(gitHub, { ...deployment, state: "in_progress" });
      await recordDeployment(gitHub, { ...deployment, state: "success", url: "http://shop.test" });
      expect(repository.deployments).toMatchObject([
        {
          sha: FIRST,
          environment: "pr-7",
          statuses: [
            { state: "success", environment_url: "http://shop.test" },
            { state: "in_progress" },
          ],
        },
      ]);
    }, WRITES));

  it("ends those of earlier commits in the same environment, each once, and no others", () =>
    withRepository(async ({ gitHub, repository }) => {
      const at = (environment: string, commit: string) =>
        recordDeployment(gitHub, { environment, commit, state: "success" });
      await at("pr-8", FIRST);
      await at("pr-7", FIRST);
      await at("pr-7", SECOND);
      await at("pr-7", SECOND);
      const told = repository.deployments.map(({ environment, sha, statuses }) => [
        environment,
        sha[0],
        ...statuses.map(({ state }) => state),
      ]);
      expect(told).toEqual([
        ["pr-7", "b", "success", "success"],
        ["pr-7", "a", "inactive", "success"],
        ["pr-8", "a", "success"],
      ]);
    }, WRITES));

  it("is not created only to be ended", () =>
    withRepository(async ({ gitHub, repository }) => {
      await recordDeployment(gitHub, { environment: "pr-7", commit: FIRST, state: "inactive" });
      expect(repository.deployments).toEqual([]);
    }, WRITES));
});

it("writes a commit's status, shortened to GitHub's limit", () =>
  withRepository(async ({ gitHub, repository }) => {
    const status = {
      context: "doks-env/environment",
      state: "pending",
      description: "x".repeat(200),
    } as const;
    await setCommitStatus(gitHub, FIRST, { ...status, url: "http://shop.test" });
    expect(repository.statuses).toMatchObject([
      {
        sha: FIRST,
        state: "pending",
        context: "doks-env/environment",
        description: `${"x".repeat(137)}...`,
        target_url: "http://shop.test",
      },
    ]);
  }, WRITES));

it("reads a pull request's current state, and removes a label, even a missing one", () =>
  withRepository(async ({ gitHub, repository }) => {
    const pull = repository.open(7);
    pull.labels = ["environment-approved", "bug"];
    pull.draft = true;
    await removeLabel(gitHub, 7, "environment-approved");
    await removeLabel(gitHub, 7, "environment-approved");
    expect(await readPullRequestNow(gitHub, 7)).toEqual({
      commit: pull.head.sha,
      labels: ["bug"],
      isDraft: true,
      isClosed: false,
    });
    repository.close(7);
    expect(await readPullRequestNow(gitHub, 7)).toMatchObject({ isClosed: true });
  }, WRITES));
