import { RequestBudget } from "../../../cli/account/request-budget";

/** With the second that is allowed for a request to arrive. */
const MINUTE = 61_000;
const HOUR = 3_601_000;

function take(budget: RequestBudget, count: number, now: number): number[] {
  return Array.from({ length: count }, () => budget.take(now));
}

describe("RequestBudget", () => {
  it("lets 250 requests through at once and the next one a minute after the first", () => {
    const budget = new RequestBudget();
    expect(take(budget, 250, 0)).toEqual(Array(250).fill(0));
    expect(budget.take(10_000)).toBe(MINUTE - 10_000);
  });

  it("counts the minute from each request, not from full minutes", () => {
    const budget = new RequestBudget();
    take(budget, 100, 0);
    take(budget, 150, 50_000);
    expect(take(budget, 100, MINUTE)).toEqual(Array(100).fill(0));
    expect(budget.take(MINUTE)).toBe(50_000);
  });

  it("counts requests that are still to be sent", () => {
    const budget = new RequestBudget();
    take(budget, 250, 0);
    expect(take(budget, 251, 0).slice(-2)).toEqual([MINUTE, 2 * MINUTE]);
  });

  it("lets 5,000 requests through in an hour", () => {
    const budget = new RequestBudget();
    for (let minute = 0; minute < 20; minute++) {
      expect(take(budget, 250, minute * MINUTE).at(-1)).toBe(0);
    }
    expect(budget.take(20 * MINUTE)).toBe(HOUR - 20 * MINUTE);
  });
});
