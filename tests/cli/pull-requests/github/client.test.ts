import { inspect } from "node:util";
import { publishComment } from "../../../../cli/pull-requests/github/comments";
import { openGitHub } from "../../../../cli/pull-requests/github/github";
import {
  listPullRequests,
  readPullRequest,
} from "../../../../cli/pull-requests/github/pull-requests";
import type { Reply } from "../../../helpers/github/route";
import { withServer } from "../../../helpers/local-server";
import { errorOf, NOW, withRepository } from "./support/repository";

const ACCESS = {
  api: "http://127.0.0.1:1",
  token: "github_pat_secret0123456789",
  owner: "acme",
  repo: "shop",
};
const READING = /^GET /;
const WRITING = /^POST .*comments/;

function reply(status: number, message: string, headers: Reply["headers"] = {}): Reply {
  return { status, body: { message }, headers };
}

describe("requests that GitHub does not answer at once", () => {
  it.each([
    ["500", reply(500, "oops"), /GitHub answers 500/],
    ["a broken connection", "hangUp" as const, /GitHub does not answer \(.+\)/],
  ])("are repeated after %s with growing pauses when they read", async (_, fault, what) => {
    await withRepository(async ({ gitHub, server, slept, said }) => {
      server.faults.push({ matching: READING, times: 3, reply: fault });
      expect(await listPullRequests(gitHub)).toEqual({ state: "complete", items: [] });
      expect(server.requests).toHaveLength(4);
      expect(slept).toHaveLength(3);
      slept.forEach((ms, index) => {
        expect(ms).toBeGreaterThanOrEqual(250 * 2 ** index);
        expect(ms).toBeLessThanOrEqual(500 * 2 ** index);
      });
      expect(said[0]).toMatch(what);
      expect(said[0]).toMatch(/; trying again in [0-9.]+ s \(2 of 4\)$/);
    });
  });

  it("are not repeated when they write", async () => {
    for (const fault of [reply(502, "bad gateway"), "afterwards" as const]) {
      await withRepository(async ({ gitHub, server, repository, slept }) => {
        repository.open(7);
        server.faults.push({ matching: WRITING, times: 1, reply: fault });
        await errorOf(publishComment(gitHub, 7, "a", "hello"));
        expect(server.requests.filter((line) => WRITING.test(line))).toHaveLength(1);
        expect(slept).toEqual([]);
      });
    }
  });

  it("are repeated after a limit, also when they write, after GitHub's time", async () => {
    const secondary = "You have exceeded a secondary rate limit. Please wait a few minutes.";
    const told = reply(403, secondary, { "retry-after": "42" });
    const untold = reply(403, secondary, { "x-ratelimit-remaining": "9" });
    await withRepository(async ({ gitHub, server, repository, slept, said }) => {
      repository.open(7);
      server.faults.push({ matching: WRITING, times: 1, reply: told });
      await publishComment(gitHub, 7, "a", "hello");
      server.faults.push({ matching: WRITING, times: 1, reply: untold });
      await publishComment(gitHub, 7, "b", "hello");
      expect(repository.commentsOn(7)).toHaveLength(2);
      expect(slept.filter((ms) => ms > 1_000)).toEqual([42_000, 60_000]);
      expect(said[0]).toBe("GitHub limits requests (403); trying again in 42 s (2 of 4)");
      // Twice a minute after the second refusal is too long to sit out.
      server.faults.push({ matching: WRITING, times: 2, reply: untold });
      const error = await errorOf(publishComment(gitHub, 7, "c", "hello"));
      expect(error.fix).toMatch(/^wait until [0-9:]{8} UTC/);
    });
  });

  it("wait for a reset of the hour's limit that is near, and otherwise report its time", async () => {
    await withRepository(
      async ({ gitHub, repository, pass, slept }) => {
        repository.open(7);
        pass(49 * 60 + 30); // 10:59:30
        await readPullRequest(gitHub, 7);
        await readPullRequest(gitHub, 7);
        expect(slept).toEqual([31_000]);
        const error = await errorOf(readPullRequest(gitHub, 7));
        expect(error.message).toContain("with 403: API rate limit exceeded");
        expect(error.fix).toBe("wait until 12:00:01 UTC: GitHub limits the requests of a token");
      },
      { limit: 1 },
    );
  });

  it.each([401, 404, 422, 501])("are not repeated after %i", async (status) => {
    await withRepository(async ({ gitHub, server }) => {
      server.faults.push({ matching: READING, times: 1, reply: reply(status, "no") });
      expect((await listPullRequests(gitHub)).state).toBe("failed");
      expect(server.requests).toHaveLength(1);
    });
  });

  it("leave a second between two writes", async () => {
    await withRepository(async ({ gitHub, repository, slept }) => {
      repository.open(7);
      await publishComment(gitHub, 7, "a", "one");
      await publishComment(gitHub, 7, "b", "two");
      expect(slept).toEqual([1_000]);
    });
  });

  it("end with the command", async () => {
    const abort = new AbortController();
    const reason = new Error("Ctrl-C");
    const sleep = async () => abort.abort(reason);
    const gitHub = await openGitHub(ACCESS, { sleep, signal: abort.signal });
    await expect(listPullRequests(gitHub)).rejects.toBe(reason);
    await expect(publishComment(gitHub, 1, "a", "b")).rejects.toBe(reason);
  });
});

describe("errors of GitHub", () => {
  it("contain the request, GitHub's message, and the required permission", async () => {
    await withRepository(
      async ({ gitHub, repository }) => {
        repository.open(7);
        const error = await errorOf(publishComment(gitHub, 7, "a", "hello"));
        expect(error.message).toBe(
          "GitHub answered POST /api/v3/repos/acme/shop/issues/7/comments with 403: Resource not accessible by integration (request REQ:3)",
        );
        expect(error.fix).toContain(
          "give the token issues=write; pull_requests=write on acme/shop",
        );
      },
      { permissions: { pull_requests: "read" } },
    );
  });

  it("report an invalid token, and an invisible repository", async () => {
    await withRepository(async ({ server }) => {
      const open = (change: object) =>
        openGitHub({ ...ACCESS, api: server.api, token: server.token, ...change });
      const unknown = await errorOf(readPullRequest(await open({ token: "wrong" }), 7));
      expect(unknown.status).toBe(401);
      expect(unknown.fix).toContain("neither expired nor revoked");
      const listing = await listPullRequests(await open({ repo: "elsewhere" }));
      expect(listing).toMatchObject({
        state: "failed",
        why: expect.stringMatching(/404: Not Found.*\n.*there is a repository acme\/elsewhere/s),
      });
    });
  });

  it("name the field that GitHub refuses", async () => {
    await withRepository(async ({ gitHub, repository }) => {
      repository.open(7);
      const error = await errorOf(publishComment(gitHub, 7, "a", "x".repeat(65_536)));
      expect(error.message).toContain(
        'with 422: Validation Failed ({"resource":"IssueComment","field":"body","code":"too_long"})',
      );
    });
  });

  it.each([
    ["text/html", "<html>Please log in</html>"],
    ["application/json", '"ok"'],
  ])("are thrown for another server's response of type %s", async (type, body) => {
    await withServer(
      (_, response) => response.writeHead(200, { "content-type": type }).end(body),
      async ({ url }) => {
        const gitHub = await openGitHub({ ...ACCESS, api: url });
        const listing = await listPullRequests(gitHub);
        expect(listing).toMatchObject({
          state: "failed",
          why: expect.stringContaining("the response is not from GitHub"),
        });
      },
    );
  });

  it("are thrown when the server does not answer", async () => {
    // fetch throws errors of Node's realm, which are none in jest's: Octokit would not read their message.
    const before = Object.getPrototypeOf(DOMException.prototype) as object;
    Object.setPrototypeOf(DOMException.prototype, Error.prototype);
    await withServer(
      () => {},
      async ({ url }) => {
        const gitHub = await openGitHub(
          { ...ACCESS, api: url },
          { timeoutMs: 20, sleep: async () => {} },
        );
        const error = await errorOf(readPullRequest(gitHub, 7));
        expect(error.message).toContain("GitHub cannot be reached: GET ");
        expect(error.message).toContain("timeout");
        expect(error.status).toBeUndefined();
      },
    ).finally(() => Object.setPrototypeOf(DOMException.prototype, before));
  });

  it("never contain the token at any depth", async () => {
    const said: string[] = [];
    const errors: unknown[] = [];
    const collect = async (api: string) => {
      const gitHub = await openGitHub(
        { ...ACCESS, api },
        {
          now: () => NOW,
          sleep: async () => {},
          say: (line) => said.push(line),
        },
      );
      await readPullRequest(gitHub, 7).catch((error: unknown) => errors.push(error));
    };
    for (const status of [401, 403, 422, 429, 500]) {
      await withServer(
        (_, response) =>
          response
            .writeHead(status, { "content-type": "application/json" })
            .end('{"message":"no"}'),
        ({ url }) => collect(url),
      );
    }
    await collect(ACCESS.api);
    await collect("nonsense");
    expect(errors).toHaveLength(7);
    for (const error of errors) {
      expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(ACCESS.token);
    }
    expect(said.join("\n")).not.toContain(ACCESS.token);
  });
});
