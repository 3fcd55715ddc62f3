import { itemOf } from "../../account/billing";
import type { Usage } from "../../account/entities";

const NOVEMBER = Date.parse("2026-11-01T00:00:00Z");
const DECEMBER = Date.parse("2026-12-01T00:00:00Z");
const JANUARY = Date.parse("2027-01-01T00:00:00Z");

const usage = (startedAt: string, endedAt: string | null): Usage => ({
  id: "u1",
  product: "Load Balancers",
  resourceId: "lb1",
  description: "web",
  groupDescription: "",
  monthlyUsd: 12,
  billedPer: "hour",
  startedAt,
  endedAt,
});

test.each([
  ["within a month", "2026-11-10T00:00:00Z", "2026-11-11T00:00:00Z", [24, 0]],
  ["over its end", "2026-11-30T23:00:00Z", "2026-12-01T02:00:00Z", [1, 2]],
  ["to its last instant", "2026-11-30T23:00:00Z", "2026-12-01T00:00:00Z", [1, 0]],
  ["from the next month's first instant", "2026-12-01T00:00:00Z", "2026-12-01T01:00:00Z", [0, 1]],
  [
    "for no time at a month's first instant",
    "2026-12-01T00:00:00Z",
    "2026-12-01T00:00:00Z",
    [0, 1],
  ],
  ["until now", "2026-11-30T23:00:00Z", null, [1, 48]],
])(
  "a resource that ran %s is billed these hours in November and December",
  (_, startedAt, endedAt, hours) => {
    const one = usage(startedAt, endedAt);
    const now = Date.parse("2026-12-03T00:00:00Z");
    const billed = [itemOf(one, NOVEMBER, DECEMBER, now), itemOf(one, DECEMBER, JANUARY, now)];
    expect(billed.map(([item]) => item?.hours ?? 0)).toEqual(hours);
  },
);
