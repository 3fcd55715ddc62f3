import {
  type Decision,
  decide,
  type Past,
  type Present,
  type PullRequestRules,
} from "../../../cli/pull-requests/decision";
import type { PullRequestEvent } from "../../../cli/pull-requests/event";

const COMMIT = "a".repeat(40);
const NEWER = "b".repeat(40);
const RULES: PullRequestRules = {
  drafts: false,
  skipLabel: "no-environment",
  forkLabel: "environment-approved",
};
const OPT_IN: PullRequestRules = { ...RULES, requireLabel: "environment" };
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
  rules: PullRequestRules = RULES,
  present?: Partial<Present>,
  past: Partial<Past> = {},
): Decision {
  const full = { ...OPENED, ...event };
  const known = { commit: undefined, begun: false, ...past };
  return decide(full, rules, known, present && { ...full, approved: [], ...present });
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

  it("is taken down when it is closed, regardless of its history", () => {
    for (const action of ["closed", "labeled", "synchronize"]) {
      expect(decision({ action, isClosed: true })).toEqual({
        does: "down",
        why: "pull request 7 is closed",
      });
    }
  });

  it.each<[string, Partial<PullRequestEvent>, PullRequestRules, Decision["does"], RegExp]>([
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
    ["without the label for it", {}, OPT_IN, "nothing", /does not have the label "environment"/],
    ["with the label for it", { labels: ["environment"] }, OPT_IN, "up", /opened/],
    ["when that is set", labeled("environment"), OPT_IN, "up", /labeled/],
    ["with both labels", { labels: ["environment", "no-environment"] }, OPT_IN, "down", /"no-/],
    ["by hand", { action: undefined }, RULES, "up", /^requested with --pull-request$/],
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
    [" when it is taken off", { action: "unlabeled", label: "bug" }, RULES],
  ])("does nothing%s about an environment with this commit", (_, event, rules) => {
    expect(decision(event, rules, undefined, UP)).toEqual({
      does: "nothing",
      why: expect.stringContaining("does not concern environments") as string,
    });
  });

  it("brings up the commit of a push whose run was replaced", () => {
    const labeledRun = (past: Partial<Past>) => decision(labeled("bug"), RULES, undefined, past);
    expect(labeledRun({})).toMatchObject({ does: "up" });
    expect(labeledRun({ commit: NEWER })).toMatchObject({ does: "up" });
    // And is tested by the same run.
    expect(labeledRun({ ...UP, begun: true })).toMatchObject({ does: "up" });
  });
});

describe("a fork's pull request", () => {
  const LABEL = "environment-approved";
  const APPROVED: Partial<Present> = { approved: [COMMIT], labels: [LABEL] };
  const WAITS = {
    does: "nothing",
    why: expect.stringMatching(/from a fork.*approve commit aaaaaaa/) as string,
    waits: true,
  };
  const DOWN = {
    does: "down",
    why: expect.stringContaining("is no longer approved") as string,
  };
  const forks = (
    event: Partial<PullRequestEvent>,
    present: Partial<Present> = {},
    past: Partial<Past> = {},
    rules = RULES,
  ) => decision({ ...FORK, ...event }, rules, present, past);
  const EVENTS: readonly Partial<PullRequestEvent>[] = [
    ...["opened", "reopened", "synchronize", "ready_for_review"].map((action) => ({ action })),
    ...[labeled(LABEL), labeled("bug"), { action: "unlabeled", label: LABEL }],
  ];

  it.each(EVENTS)("comes up only when its newest commit is approved and labelled: %j", (event) => {
    for (const approved of [[], [COMMIT], [NEWER]]) {
      for (const labels of [[], [LABEL], ["bug"]]) {
        const { does } = forks(event, { approved, labels });
        expect(does).toBe(approved[0] === COMMIT && labels[0] === LABEL ? "up" : "nothing");
      }
    }
  });

  it("waits for an approval, also when the label was set on a page that showed an older commit", () => {
    expect(forks(labeled(LABEL), { approved: [NEWER], labels: [LABEL] })).toEqual(WAITS);
  });

  it.each(["opened", "reopened", "synchronize", "ready_for_review"])(
    "waits again when it is %s with another commit, and loses the label",
    (action) => {
      const present = { approved: [NEWER], labels: [LABEL] };
      expect(forks({ action, labels: [LABEL] }, present, { commit: NEWER })).toEqual({
        ...WAITS,
        revokes: LABEL,
      });
    },
  );

  it.each(EVENTS)("is taken down when its approval is revoked: %j", (event) => {
    expect(forks(event, { approved: [COMMIT], labels: [] }, UP)).toEqual(DOWN);
    expect(forks(event, { approved: [], labels: [LABEL] }, UP)).toEqual(DOWN);
  });

  it("keeps an older commit's environment while the new one waits, also without the label", () => {
    for (const action of ["synchronize", "unlabeled"]) {
      const event = { action, label: LABEL };
      expect(forks(event, { approved: [NEWER] }, { commit: NEWER })).toEqual(WAITS);
    }
  });

  it("is left alone by another label", () => {
    const { does, waits } = forks(labeled("bug", LABEL), APPROVED, UP);
    expect([does, waits]).toEqual(["nothing", undefined]);
  });

  it("does not come up when another commit was pushed meanwhile", () => {
    expect(forks(labeled(LABEL), { ...APPROVED, commit: NEWER })).toMatchObject({
      does: "nothing",
    });
  });

  it("also needs the general label if one is set", () => {
    expect(forks(labeled(LABEL), APPROVED, {}, OPT_IN)).toMatchObject({ does: "nothing" });
    const both = { ...APPROVED, labels: [LABEL, "environment"] };
    expect(forks(labeled(LABEL, "environment"), both, {}, OPT_IN)).toMatchObject({ does: "up" });
  });

  it("is taken down like any other", () => {
    expect(forks({ action: "closed", isClosed: true })).toMatchObject({ does: "down" });
  });

  it("comes up by hand only when the caller, who names the commit, gives the label", () => {
    expect(decision({ ...FORK, action: undefined })).toEqual(WAITS);
    expect(decision({ ...FORK, action: undefined, labels: [LABEL] })).toMatchObject({ does: "up" });
  });

  it("is not approved without access to GitHub", () => {
    expect(decision({ ...FORK, ...labeled(LABEL) })).toEqual(WAITS);
  });
});

describe("a label that is taken off", () => {
  it("brings up the environment that it prevented", () => {
    const event = { action: "unlabeled", label: "no-environment" };
    expect(decision(event)).toEqual({ does: "up", why: "pull request 7: unlabeled" });
  });
});

describe("an event that has waited, or is run again", () => {
  it("does not bring up what was closed meanwhile", () => {
    expect(decision({}, RULES, { isClosed: true })).toMatchObject({ does: "down" });
  });

  it("leaves a newer commit to its own run", () => {
    expect(decision({ action: "synchronize" }, RULES, { commit: NEWER })).toEqual({
      does: "nothing",
      why: "commit aaaaaaa is not its newest any more: bbbbbbb has its own run",
    });
  });

  it("uses the current labels and draft state", () => {
    expect(decision({}, RULES, { labels: ["no-environment"] })).toMatchObject({ does: "down" });
    expect(decision({ isDraft: true }, RULES, { isDraft: false })).toMatchObject({ does: "up" });
  });
});
