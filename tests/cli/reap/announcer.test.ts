import { Announcer, type AnnouncerOptions } from "../../../cli/reap/announcer";
import type { Warning } from "../../../cli/reap/policy/warning-text";
import { HOUR, NOW } from "./policy/fixtures";

// What a webhook makes of it: tests/cli/reap/webhook.test.ts.

const WARNING: Warning = {
  subject: "pr-7-ci",
  due: { action: "destroy", cause: "ttl", at: NOW + HOUR, needsEvidence: false, why: "expires" },
  step: HOUR,
  pullRequest: 7,
  text: "pr-7-ci will be destroyed.",
  keep: "doks-env extend pr-7-ci 1d",
};
const NO_PULL_REQUEST = { ...WARNING, subject: "alice-dev", pullRequest: undefined };
const WEBHOOK = { DOKS_ENV_WEBHOOK_URL: "https://chat.example.com/x" };

const printed: string[] = [];
const comment = jest.fn(() => Promise.resolve());
const open = (options: Partial<AnnouncerOptions> = {}) =>
  Announcer.open({
    env: {},
    print: (line) => printed.push(line),
    signal: new AbortController().signal,
    ...options,
  });
beforeEach(() => {
  printed.length = 0;
  comment.mockClear();
});

describe("the channels", () => {
  it.each<[string, Partial<AnnouncerOptions>, readonly string[]]>([
    ["none where nothing is set up", {}, []],
    ["the webhook where its variable is set", { env: WEBHOOK }, ["webhook"]],
    ["comments where there is a repository", { comment }, ["comment"]],
    ["both where both are", { env: WEBHOOK, comment }, ["webhook", "comment"]],
    ["those that are named, each once", { comment, names: ["log", "log"] }, ["log"]],
  ])("are %s", (_, options, names) => {
    expect(open(options).names).toEqual(names);
  });

  it.each([
    ["webhook", /DOKS_ENV_WEBHOOK_URL is not an https address/],
    ["comment", /no repository is configured/],
  ] as const)("are refused when %s is selected but not configured", (name, message) => {
    expect(() => open({ names: [name] })).toThrow(message);
  });
});

describe("a warning", () => {
  it("is a comment on its pull request, one for each step, with the command to paste", async () => {
    expect(await open({ comment }).deliver(WARNING)).toEqual({ by: ["comment"], faults: [] });
    expect(comment.mock.calls).toEqual([
      [
        7,
        `doks-env/pr-7-ci/destroy-ttl-${NOW + HOUR}-3600`,
        "pr-7-ci will be destroyed.\n\nTo keep it:\n\n```sh\ndoks-env extend pr-7-ci 1d\n```\n",
      ],
    ]);
  });

  it("is a line in the log", async () => {
    expect(await open({ names: ["log"] }).deliver(WARNING)).toEqual({ by: ["log"], faults: [] });
    expect(printed).toEqual([
      "pr-7-ci will be destroyed.\n  to keep it: doks-env extend pr-7-ci 1d",
    ]);
  });

  it("uses every channel; a failing channel does not stop the others, and is reported", async () => {
    comment.mockRejectedValueOnce(new Error("GitHub answers 502"));
    expect(await open({ comment, names: ["comment", "log"] }).deliver(WARNING)).toEqual({
      by: ["log"],
      faults: ["GitHub answers 502"],
    });
  });

  it("without a suitable channel is not delivered", async () => {
    const { by, faults } = await open({ comment }).deliver(NO_PULL_REQUEST);
    expect(by).toEqual([]);
    expect(faults).toEqual([expect.stringMatching(/without a pull request; add --announce log/)]);
    expect(comment).not.toHaveBeenCalled();
  });

  it("without a pull request uses another channel than comments", async () => {
    const { by, faults } = await open({ comment, names: ["comment", "log"] }).deliver(
      NO_PULL_REQUEST,
    );
    expect({ by, faults }).toEqual({ by: ["log"], faults: [] });
  });
});
