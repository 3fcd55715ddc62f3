import { publishComment } from "../../../../cli/pull-requests/github/comments";
import { errorOf, withRepository } from "./support/repository";

describe("the comment about a subject", () => {
  it("is created once, and updated afterwards", async () => {
    await withRepository(async ({ gitHub, repository, server }) => {
      repository.open(7);
      const first = await publishComment(gitHub, 7, "doks-env/warning", "in 2 days");
      const second = await publishComment(gitHub, 7, "doks-env/warning", "in 2 hours");
      const third = await publishComment(gitHub, 7, "doks-env/warning", "in 2 hours");
      expect([first, second, third].map(({ change }) => change)).toEqual([
        "created",
        "updated",
        "none",
      ]);
      const [comment, ...others] = repository.commentsOn(7);
      expect(others).toEqual([]);
      expect(comment?.body).toBe("<!-- doks-env/warning -->\nin 2 hours");
      expect(first.url).toContain(`/acme/shop/pull/7#issuecomment-${comment?.id ?? ""}`);
      expect(server.requests.filter((line) => !line.startsWith("GET"))).toEqual([
        "POST /api/graphql",
        "POST /repos/acme/shop/issues/7/comments",
        `PATCH /repos/acme/shop/issues/comments/${comment?.id ?? ""}`,
      ]);
    });
  });

  it("is found among hundreds, but not another subject's, another pull request's or a quoted one", async () => {
    await withRepository(async ({ gitHub, repository }) => {
      repository.open(7);
      repository.open(8);
      repository.comment(8, "<!-- a -->\nelsewhere");
      repository.comment(7, "<!-- ab -->\nanother");
      repository.comment(7, "> <!-- a -->\n> what is this?");
      for (let count = 0; count < 250; count++) {
        repository.comment(7, `comment ${count}`);
      }
      const own = repository.comment(7, "<!-- a -->\nours");
      expect((await publishComment(gitHub, 7, "a", "newer")).change).toBe("updated");
      expect(own.body).toBe("<!-- a -->\nnewer");
      expect(repository.commentsOn(7)).toHaveLength(253);
    });
  });

  it.each(["mallory", "github-actions", "another-app[bot]"])(
    "is not reused if its author is %s",
    async (author) => {
      await withRepository(async ({ gitHub, repository }) => {
        repository.open(7);
        const theirs = repository.comment(7, "<!-- a -->\ncome here", author);
        expect((await publishComment(gitHub, 7, "a", "ours")).change).toBe("created");
        expect((await publishComment(gitHub, 7, "a", "newer")).change).toBe("updated");
        expect(repository.commentsOn(7).map(({ body }) => body)).toEqual([
          theirs.body,
          "<!-- a -->\nnewer",
        ]);
        expect(theirs.body).toBe("<!-- a -->\ncome here");
      });
    },
  );

  it.each([
    [502, { message: "Bad Gateway" }, "502"],
    [200, { errors: [{ message: "Resource not accessible" }] }, "the token's user"],
  ])(
    "is not written when the request for the token's user returns %i",
    async (status, body, said) => {
      await withRepository(async ({ gitHub, repository, server }) => {
        repository.open(7);
        server.faults.push({ matching: /graphql/, times: 9, reply: { status, body } });
        const error = await errorOf(publishComment(gitHub, 7, "a", "hello"));
        expect(error.message).toContain(said);
        expect(repository.commentsOn(7)).toEqual([]);
      });
    },
  );

  it("is not written twice after a lost response", async () => {
    await withRepository(async ({ gitHub, repository, server }) => {
      repository.open(7);
      server.faults.push({ matching: /^POST .*comments/, times: 1, reply: "afterwards" });
      await expect(publishComment(gitHub, 7, "a", "hello")).rejects.toThrow("cannot be reached");
      expect((await publishComment(gitHub, 7, "a", "hello")).change).toBe("none");
      expect(repository.commentsOn(7)).toHaveLength(1);
    });
  });
});
