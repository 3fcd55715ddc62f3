import { gitHubAccess } from "../../../cli/pull-requests/github/access";
import { type GitHub, openGitHub } from "../../../cli/pull-requests/github/github";
import { reportRemoval } from "../../../cli/pull-requests/report-removal";
import { GitHubServer } from "../../helpers/github/server";
import type { Repository } from "../../helpers/github/world";
import { recordOf } from "../support/records";
import { Workplace } from "../support/workplace";

const SHA = "a".repeat(40);
const WHY = "pull request 7 was closed at noon";

let place: Workplace;
let server: GitHubServer;
let repository: Repository;
let gitHub: GitHub;
beforeEach(async () => {
  place = new Workplace();
  server = await GitHubServer.start({
    permissions: { pull_requests: "write", deployments: "write" },
  });
  repository = server.world.add("acme/shop");
  repository.open(7);
  const access = gitHubAccess(server.env("acme/shop"));
  if (access === undefined) {
    throw new Error("the server gives no access");
  }
  gitHub = await openGitHub(access, place.context());
});
afterEach(async () => {
  expect(server.unknown).toEqual([]);
  await server.close();
  place.remove();
});

const tell = (stack = "pr-7-ci") =>
  reportRemoval(
    place.context(),
    gitHub,
    recordOf({ stack, tags: { pullRequest: "7", commit: SHA } }),
    WHY,
    { left: [], costSoFarUsd: 1 },
  );
const comments = () => repository.commentsOn(7).map(({ body }) => body);

describe("a pull request whose environment was not taken down by its workflow", () => {
  it("gets the reason and the receipt in its comment, and its deployment ends", async () => {
    repository.comment(7, "<!-- doks-env/environment -->\n### ✅ pr-7-ci is up\n");
    const status = { id: 2, state: "success", environment_url: "", log_url: "" };
    const deployment = { id: 1, sha: SHA, environment: "pr-7", statuses: [status] };
    repository.deployments.push(deployment);
    await tell();
    expect(comments()).toEqual([expect.stringContaining("### 🧹 pr-7-ci is gone")]);
    expect(comments()[0]).toContain("Pull request 7 was closed at noon.");
    expect(comments()[0]).toContain("| clusters | 0 |");
    expect(deployment.statuses[0]?.state).toBe("inactive");
    expect(repository.statuses).toEqual([]);
  });

  it("gets no report about another environment", async () => {
    await tell("alice-dev");
    expect([comments(), server.requests]).toEqual([[], []]);
  });

  it("causes no failure when it cannot be commented on", async () => {
    server.permissions = { pull_requests: "read" };
    await tell();
    expect(place.stderr()).toContain("GitHub did not accept the report: GitHub answered");
  });
});
