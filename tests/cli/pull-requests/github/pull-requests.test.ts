import { lastPush } from "../../../../cli/pull-requests/github/last-push";
import {
  listPullRequests,
  readPullRequest,
} from "../../../../cli/pull-requests/github/pull-requests";
import { UserError } from "../../../../core/errors";
import { NOW, withRepository } from "./support/repository";

const AT = NOW.getTime() / 1000;

describe("the list of pull requests", () => {
  it("contains all open ones from all pages, and the state of the requested ones", async () => {
    await withRepository(async ({ gitHub, server, repository, pass }) => {
      for (let number = 1; number <= 205; number++) {
        repository.open(number);
      }
      pass(60);
      repository.close(3);
      repository.close(4);
      const listing = await listPullRequests(gitHub, [3, 5, 999]);
      const items = listing.state === "complete" ? listing.items : [];
      expect(items).toHaveLength(204);
      expect(new Set(items.map(({ number }) => number)).size).toBe(204);
      expect(items.find(({ number }) => number === 3)).toEqual({
        number: 3,
        state: "closed",
        closedAt: AT + 60,
        head: { ref: "feature-3", repository: "acme/shop" },
      });
      expect(items.find(({ number }) => number === 5)?.state).toBe("open");
      // Of 4 nobody asked, and 999 may be anything.
      expect(items.some(({ number }) => number === 4 || number === 999)).toBe(false);
      expect(server.requests).toEqual([
        ...[1, 2, 3].map((page) =>
          expect.stringMatching(new RegExp(page === 1 ? "pulls\\?state=open" : `page=${page}`)),
        ),
        "GET /repos/acme/shop/pulls/3",
        "GET /repos/acme/shop/pulls/999",
      ]);
    });
  });

  it("includes pull requests that move to another page meanwhile", async () => {
    await withRepository(async ({ gitHub, server, repository }) => {
      for (let number = 1; number <= 101; number++) {
        repository.open(number);
      }
      // Closing one of the first page moves 101 from the second to the first, which was read already.
      server.faults.push({
        matching: /page=2/,
        times: 1,
        get reply() {
          repository.close(1);
          return "hangUp" as const;
        },
      });
      expect(await listPullRequests(gitHub, [101])).toMatchObject({
        state: "complete",
        items: expect.arrayContaining([expect.objectContaining({ number: 101, state: "open" })]),
      });
    });
  });

  it.each([
    ["the list", /pulls\?.*page=2/],
    ["one that was asked for", /pulls\/2$/],
  ])("is failed, not incomplete, when %s cannot be read", async (_, matching) => {
    await withRepository(async ({ gitHub, server, repository }) => {
      for (let number = 1; number <= 150; number++) {
        repository.open(number);
      }
      repository.close(2);
      server.faults.push({
        matching,
        times: 4,
        reply: { status: 503, body: { message: "later" } },
      });
      expect(await listPullRequests(gitHub, [2])).toEqual({
        state: "failed",
        why: expect.stringContaining("with 503: later"),
      });
    });
  });
});

describe("the last push", () => {
  it("is the newest push among the branch's activities", async () => {
    await withRepository(async ({ gitHub, server, repository, pass }) => {
      repository.open(7, "feature/menu");
      pass(3_600);
      repository.push("feature/menu", "force_push");
      pass(60);
      repository.push("main");
      repository.comment(7, "nice");
      repository.push("feature/menu", "branch_deletion");
      const pull = await readPullRequest(gitHub, 7);
      const requests = server.requests.length;
      const push = pull && (await lastPush(gitHub, pull));
      expect(push?.at).toBe(AT + 3_600);
      expect(push?.commit).toBe(repository.activities[1]?.after.slice(0, 7));
      expect(server.requests.slice(requests)).toEqual([
        "GET /repos/acme/shop/activity?ref=refs%2Fheads%2Ffeature%2Fmenu",
      ]);
    });
  });

  it("is read from the branch's fork", async () => {
    await withRepository(async ({ gitHub, server, repository, pass }) => {
      const fork = server.world.add("bob/shop");
      repository.open(8, "menu", fork);
      pass(60);
      repository.push("menu");
      const pull = await readPullRequest(gitHub, 8);
      expect(pull && (await lastPush(gitHub, pull)).at).toBe(AT);
    });
  });

  it("fails when the fork is deleted, and when GitHub lists no push", async () => {
    await withRepository(async ({ gitHub, repository }) => {
      repository.open(8, "menu").head.repository = null;
      repository.open(9, "cart");
      repository.activities.length = 0;
      for (const [number, what] of [
        [8, "the fork of pull request 8 was deleted"],
        [9, "GitHub lists no push to cart of acme/shop"],
      ] as const) {
        const pull = await readPullRequest(gitHub, number);
        const error: unknown =
          pull && (await lastPush(gitHub, pull).catch((reason: unknown) => reason));
        expect(error).toBeInstanceOf(UserError);
        expect(String(error)).toContain(what);
      }
    });
  });
});
