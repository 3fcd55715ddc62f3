import { clockErrors } from "../../../core/rules/clock";

const NOW = new Date("2026-11-23T12:00:00Z");
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const DAY = 86_400;

it.each([0, 1, -1, 299, -299])("%i s between two clocks are accepted", (seconds) => {
  expect(clockErrors({ machine: after(seconds), digitalOcean: NOW })).toEqual([]);
});

it.each([301, -301, 3_600, 30 * DAY, -30 * DAY, 366 * DAY])(
  "%i s forbid to judge by age",
  (seconds) => {
    const [error, ...others] = clockErrors({ machine: after(seconds), digitalOcean: NOW });
    expect(error?.message).toContain(`shows ${after(seconds).toISOString()}`);
    expect(error?.message).toContain("DigitalOcean's shows 2026-11-23T12:00:00.000Z");
    expect(others).toEqual([]);
  },
);

it("a response without a time is accepted", () => {
  expect(clockErrors({ machine: NOW })).toEqual([]);
});
