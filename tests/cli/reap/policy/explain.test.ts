import { absent, failed, type Signal, seenAt } from "../../../../cli/reap/policy/evidence";
import { explain } from "../../../../cli/reap/policy/explain";
import { verdictOf } from "../../../../cli/reap/policy/verdict";
import { DAY, dev, HOUR, NOW, situation, usedAgo } from "./fixtures";

describe("explain", () => {
  it("lists the evidence as a timeline", () => {
    const evidence: Signal[] = [
      seenAt("update", "stack", NOW - DAY),
      seenAt("use", "tag lastUsed", NOW - 7 * HOUR),
      absent("push", "stack", "it does not belong to a pull request"),
      {
        signal: "traffic",
        source: "load balancer 4de7ac8b",
        state: "read",
        at: NOW - 5 * HOUR,
        from: NOW - DAY,
        detail: "85 requests in 216 s over a steady 2 requests a minute",
      },
      {
        signal: "processor",
        source: "node a",
        state: "read",
        from: NOW - DAY,
        detail: "no work over a baseline of 4.2 %",
      },
      seenAt("rollout", "cluster", NOW - DAY),
    ];
    const lines = explain(verdictOf(situation(), dev(), evidence, NOW), NOW);
    expect(lines).toEqual([
      "alice-dev is idle: last use: load balancer traffic (load balancer 4de7ac8b) at 2026-11-23 07:00 UTC, 5h ago",
      "  2026-11-21 12:00 UTC  created",
      "  2026-11-22 12:00 UTC  last update (stack)",
      "  2026-11-22 12:00 UTC  rollouts (cluster)",
      "  2026-11-23 05:00 UTC  last use (tag lastUsed)",
      "  2026-11-23 07:00 UTC  load balancer traffic (load balancer 4de7ac8b): 85 requests in 216 s over a steady 2 requests a minute",
      "  2026-11-23 10:00 UTC  sleep due: not used for 3h since 2026-11-23 07:00 UTC",
      "  2026-11-23 12:00 UTC  now",
      "  2026-12-05 12:00 UTC  destroy in 12d: expires at 2026-12-05 12:00 UTC",
      "  last push (stack): none, it does not belong to a pull request",
      "  processor load (node a): no work over a baseline of 4.2 % since 2026-11-22 12:00 UTC",
    ]);
  });

  it("lists failed signals, and that nothing is due", () => {
    const evidence = [...usedAgo(), failed("traffic", "load balancer b", "503")];
    const lines = explain(verdictOf(situation(), dev(), evidence, NOW), NOW);
    expect(lines[0]).toMatch(/^alice-dev is unknown: load balancer traffic .* 503/);
    expect(lines).toContain("  load balancer traffic (load balancer b): not known, 503");
    const held = explain(verdictOf(situation({ protected: true }), dev(), [], NOW), NOW);
    expect(held.at(-1)).toBe("  nothing is due");
  });
});
