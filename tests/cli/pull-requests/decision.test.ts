import {
  type Decision,
  decide,
  type Past,
  type Present,
  type Rules,
} from "../../../cli/pull-requests/decision";
import type { PullRequestEvent } from "../../../cli/pull-requests/event";

const COMMIT = "a".repeat(40);
const NEWER = "b".repeat(40);
const RULES: Rules = {
  drafts: false,
  skipLabel: "no-environment",
  forkLabel: "environment-approved",
};
const OPT_IN: Rules = { ...RULES, requireLabel: "environment" };
const OPENED: PullRequestEvent = {
  number: 7,
  commit: COMMIT,
  action: "opened",
  labels: [],
  isDraft: false,
  isFork: false,
  isClosed: false,
};
const FORK = { isFork: true };
const labeled = (label: string, ...others: string[]) => ({
  action: "labeled",
  label,
  labels: [label, ...others],
});

function decision(
  event: Partial<PullRequestEvent>,
  rules: Rules = RULES,
  present?: Partial<Present>,
  past: Partial<Past> = {},
): Decision {
  const full = { ...OPENED, ...event };
  const known = { commit: undefined, begun: false, ...past };
  return decide(full, rules, known, present && { ...full, ...present });
}

/** What somebody's run has made of it. */
const UP: Past = { commit: COMMIT, begun: false };

describe("a pull request of the repository's own", () => {
  it.each(["opened", "reopened", "synchronize", "ready_for_review"])(
    "comes up when it is %s",
    (action) => {
      expect(decision({ action })).toEqual({ does: "up", why: `pull request 7: ${action}` });
    },
  );

  it("goes when it is closed, whatever has happened to it", () => {
    for (const action of ["closed", "labeled", "synchronize"]) {
      expect(decision({ action, isClosed: true })).toEqual({
        does: "down",
        why: "pull request 7 is closed",
      });
    }
  });

  it.each<[string, Partial<PullRequestEvent>, Rules, Decision["does"], RegExp]>([
    ["as a draft", { isDraft: true }, RULES, "nothing", /is a draft/],
    [
      "as a draft where drafts are wanted",
      { isDraft: true },
      { ...RULES, drafts: true },
      "up",
      /opened/,
    ],
    [
      "with the label against it",
      { labels: ["no-environment"] },
      RULES,
      "down",
      /"no-environment"/,
    ],
    ["when that is set", labeled("no-environment"), RULES, "down", /"no-environment"/],
    ["without the label for it", {}, OPT_IN, "nothing", /has not the label "environment"/],
    ["with the label for it", { labels: ["environment"] }, OPT_IN, "up", /opened/],
    ["when that is set", labeled("environment"), OPT_IN, "up", /labeled/],
    ["with both labels", { labels: ["environment", "no-environment"] }, OPT_IN, "down", /"no-/],
    ["by hand", { action: undefined }, RULES, "up", /^it was asked for$/],
    ["by hand as a draft", { action: undefined, isDraft: true }, RULES, "nothing", /is a draft/],
  ])("%s: %j", (_, event, rules, does, why) => {
    expect(decision(event, rules)).toEqual({ does, why: expect.stringMatching(why) as string });
  });
});

describe("another label", () => {
  it.each([
    ["", labeled("bug"), RULES],
    [" beside that for it", labeled("bug", "environment"), OPT_IN],
    [" for forks", labeled("environment-approved"), RULES],
  ])("does nothing%s about an environment that is of this commit", (_, event, rules) => {
    expect(decision(event, rules, undefined, UP)).toEqual({
      does: "nothing",
      why: expect.stringContaining("says nothing about environments") as string,
    });
  });

  it("brings up what the run for a push should have, which has made way for its own", () => {
    const labeledRun = (past: Partial<Past>) => decision(labeled("bug"), RULES, undefined, past);
    expect(labeledRun({})).toMatchObject({ does: "up" });
    expect(labeledRun({ commit: NEWER })).toMatchObject({ does: "up" });
    // And is tested by the same run.
    expect(labeledRun({ ...UP, begun: true })).toMatchObject({ does: "up" });
  });
});

describe("a fork's pull request", () => {
  const WAITS = {
    does: "nothing",
    why: expect.stringMatching(/from a fork.*aaaaaaa/) as string,
    waits: true,
  };

  it.each(["opened", "reopened", "synchronize", "ready_for_review"])(
    "waits when it is %s",
    (action) => {
      expect(decision({ ...FORK, action })).toEqual(WAITS);
    },
  );

  it("comes up when a maintainer sets the label", () => {
    expect(decision({ ...FORK, ...labeled("environment-approved") })).toMatchObject({ does: "up" });
  });

  it.each(["opened", "reopened", "synchronize", "ready_for_review"])(
    "waits again when it is %s with another commit, and the label is taken off",
    (action) => {
      const labels = ["environment-approved"];
      const past = { commit: NEWER };
      expect(decision({ ...FORK, action, labels }, RULES, undefined, past)).toEqual({
        ...WAITS,
        revokes: "environment-approved",
      });
    },
  );

  it("goes on with a commit that was let through before", () => {
    for (const event of [{ action: "ready_for_review" }, labeled("environment-approved")]) {
      expect(decision({ ...FORK, ...event }, RULES, undefined, UP)).toMatchObject({ does: "up" });
    }
    const { does, waits } = decision({ ...FORK, ...labeled("bug") }, RULES, undefined, UP);
    expect([does, waits]).toEqual(["nothing", undefined]);
  });

  it("does not come up by a label that is off again when its turn comes", () => {
    const event = { ...FORK, ...labeled("environment-approved") };
    expect(decision(event, RULES, { labels: [] })).toEqual(WAITS);
  });

  it("does not come up by another label, although it has that one", () => {
    expect(decision({ ...FORK, ...labeled("bug", "environment-approved") })).toEqual(WAITS);
    expect(decision({ ...FORK, ...labeled("environment") }, OPT_IN)).toEqual(WAITS);
  });

  it("does not come up when another commit was pushed before the label's turn came", () => {
    const event = { ...FORK, ...labeled("environment-approved") };
    expect(decision(event, RULES, { commit: NEWER })).toMatchObject({ does: "nothing" });
  });

  it("needs the label for all, too, where there is one", () => {
    const event = { ...FORK, ...labeled("environment-approved") };
    expect(decision(event, OPT_IN)).toMatchObject({ does: "nothing" });
    expect(
      decision({ ...FORK, ...labeled("environment-approved", "environment") }, OPT_IN),
    ).toMatchObject({ does: "up" });
  });

  it("goes like any other", () => {
    expect(decision({ ...FORK, action: "closed", isClosed: true })).toMatchObject({ does: "down" });
  });

  it("comes up by hand only when whoever calls says that it was looked at", () => {
    expect(decision({ ...FORK, action: undefined })).toEqual(WAITS);
    expect(
      decision({ ...FORK, action: undefined, labels: ["environment-approved"] }),
    ).toMatchObject({ does: "up" });
  });
});

describe("an event that has waited, or is run again", () => {
  it("does not bring up what was closed meanwhile", () => {
    expect(decision({}, RULES, { isClosed: true })).toMatchObject({ does: "down" });
  });

  it("leaves a newer commit to its own run", () => {
    expect(decision({ action: "synchronize" }, RULES, { commit: NEWER })).toEqual({
      does: "nothing",
      why: "commit aaaaaaa is not its newest any more: bbbbbbb has a run of its own",
    });
  });

  it("goes by the labels and the draft's state of now", () => {
    expect(decision({}, RULES, { labels: ["no-environment"] })).toMatchObject({ does: "down" });
    expect(decision({ isDraft: true }, RULES, { isDraft: false })).toMatchObject({ does: "up" });
  });
});
