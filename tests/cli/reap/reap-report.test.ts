import type { RunData } from "../../../cli/reap/reap.data";
import { reapMarkdown } from "../../../cli/reap/reap.markdown";
import { reapText } from "../../../cli/reap/reap.text";
import { PLAIN } from "../terminal/support/environments";

const PLANNED: RunData = {
  mode: "plan",
  result: "planned",
  project: "shop",
  shard: "1/1",
  at: "2026-11-23T12:00:00.000Z",
  reasons: [],
  channels: ["log"],
  environments: [
    { stack: "a-ci", kind: "expired", reasons: [], dues: [] },
    { stack: "b-ci", kind: "active", reasons: [], dues: [] },
  ],
  plan: {
    hash: "3f9c1a2b4d5e",
    entries: [
      {
        subject: "a-ci",
        kind: "stack",
        ids: [],
        action: "destroy",
        cause: "ttl",
        why: "expires | <b>now</b>",
        usdPerMonth: 72,
      },
    ],
    savesUsdPerMonth: 72,
    mostDestroys: 3,
  },
  outcomes: [],
  agreement: { state: "agree", differences: [] },
  requests: { all: 10, perEnvironment: 5 },
};
const DONE: RunData = {
  ...PLANNED,
  mode: "run",
  result: "partly",
  outcomes: [
    {
      subject: "a-ci",
      kind: "stack",
      action: "destroy",
      state: "failed",
      why: "503",
      left: [{ kind: "volumes", id: "v", name: "v", removal: "doctl compute volume delete v" }],
    },
  ],
  agreement: { state: "differ", differences: ["volume/v of a-ci: its cluster is gone"] },
};

describe("the report of a run", () => {
  it("shows a plan's actions, reasons, savings, and the command for exactly this plan", () => {
    const text = reapText(PLANNED, PLAIN);
    expect(text).toMatch(/^plan 3f9c1a2b4d5e: saves \$72 a month\n/);
    expect(text).toContain("2 environments: 1 expired, 1 active");
    expect(text).toMatch(/destroy +a-ci +\$72 +expires/);
    expect(text).toMatch(
      /to carry out exactly this plan: doks-env reap run --plan 3f9c1a2b4d5e\n$/,
    );
  });

  it("shows outcomes, commands for remaining resources, and differences", () => {
    const text = reapText(DONE, PLAIN);
    expect(text).toMatch(/^plan 3f9c1a2b4d5e was carried out in part\n/);
    expect(text).toMatch(/failed +destroy +a-ci +503/);
    expect(text).toContain("  doctl compute volume delete v\n");
    expect(text).toContain("stacks and account do not agree:\n  volume/v of a-ci");
    expect(text).not.toContain("to carry out exactly this plan");
  });

  it("shows why nothing was done", () => {
    const reasons = ["the list of stacks is failed: 403"];
    const text = reapText({ ...PLANNED, result: "refused", reasons }, PLAIN);
    expect(text).toMatch(/^nothing was done: .*\n {2}! the list of stacks is failed: 403\n/);
  });

  it("is also Markdown, with foreign text escaped", () => {
    const markdown = reapMarkdown(DONE);
    expect(markdown).toMatch(/^## Reaper of shop: Done in part\n/);
    expect(markdown).toContain("| destroy | `a-ci` | $72 | expires \\| &lt;b>now&lt;/b> |\n");
    expect(markdown).toContain("### Receipts\n");
    expect(markdown).toContain("| failed | destroy | `a-ci` | 503 |\n");
    expect(markdown).toContain("- volume/v of a-ci: its cluster is gone\n");
  });

  it("is titled as a rehearsal", () => {
    const rehearsed: RunData = { ...PLANNED, mode: "rehearse", result: "done" };
    expect(reapMarkdown(rehearsed)).toMatch(/^## Reaper of shop: Rehearsal, nothing was done\n/);
    expect(reapText(rehearsed, PLAIN)).toContain("a rehearsal: nothing was done");
  });
});
