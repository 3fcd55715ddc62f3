import { approvedCommits } from "../../../../cli/pull-requests/github/approvals";
import type { Repository } from "../../../helpers/github/world";
import { errorOf, withRepository } from "./support/repository";

const SEEN = "a".repeat(40);
const NEWER = "b".repeat(40);

/** Commits that are approved after somebody has reviewed pull request 7. */
async function approvedAfter(reviewing: (repository: Repository) => void): Promise<string[]> {
  let approved: string[] = [];
  await withRepository(async ({ gitHub, repository }) => {
    repository.open(7);
    repository.open(8);
    for (const [login, permission] of [
      ["ada", "admin"],
      ["wim", "write"],
      ["rob", "read"],
      ["nia", "none"],
    ] as const) {
      repository.people.set(login, permission);
    }
    reviewing(repository);
    approved = await approvedCommits(gitHub, 7);
  });
  return approved;
}

it.each<[string, (repository: Repository) => void, string[]]>([
  ["none without a review", () => undefined, []],
  ["the one that was approved", (it) => it.review(7, "wim", "APPROVED", SEEN), [SEEN]],
  [
    "each person's own",
    (it) => {
      it.review(7, "wim", "APPROVED", SEEN);
      it.review(7, "ada", "APPROVED", NEWER);
    },
    [SEEN, NEWER],
  ],
  [
    "only the last that a person has approved",
    (it) => {
      it.review(7, "wim", "APPROVED", SEEN);
      it.review(7, "wim", "APPROVED", NEWER);
    },
    [NEWER],
  ],
  [
    "also after a comment of the same person",
    (it) => {
      it.review(7, "wim", "APPROVED", SEEN);
      it.review(7, "wim", "COMMENTED", NEWER);
    },
    [SEEN],
  ],
  [
    "none after changes were asked for",
    (it) => {
      it.review(7, "wim", "APPROVED", SEEN);
      it.review(7, "wim", "CHANGES_REQUESTED", SEEN);
    },
    [],
  ],
  ["none by a review that was dismissed", (it) => it.review(7, "wim", "DISMISSED", SEEN), []],
  ["none by a comment", (it) => it.review(7, "wim", "COMMENTED", SEEN), []],
  ["none by somebody who may only read", (it) => it.review(7, "rob", "APPROVED", SEEN), []],
  ["none by somebody from outside", (it) => it.review(7, "nia", "APPROVED", SEEN), []],
  ["none by an App", (it) => it.review(7, "helper[bot]", "APPROVED", SEEN), []],
  ["none of another pull request", (it) => it.review(8, "wim", "APPROVED", SEEN), []],
  [
    "also the last of hundreds",
    (it) => {
      for (let count = 0; count < 250; count++) {
        it.review(7, "rob", "COMMENTED", NEWER);
      }
      it.review(7, "wim", "APPROVED", SEEN);
    },
    [SEEN],
  ],
])("approved is %s", async (_, reviewing, expected) => {
  expect(await approvedAfter(reviewing)).toEqual(expected);
});

it("are unknown, not empty, when GitHub does not answer", async () => {
  await withRepository(async ({ gitHub, repository, server }) => {
    repository.open(7);
    repository.review(7, "wim", "APPROVED", SEEN);
    const reply = { status: 502, body: { message: "Bad Gateway" } };
    server.faults.push({ matching: /permission/, times: 9, reply });
    expect((await errorOf(approvedCommits(gitHub, 7))).message).toContain("502");
  });
});
