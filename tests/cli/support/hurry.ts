import timers from "node:timers/promises";

const WAIT_MS = 5;
const TIMES = 20;

/**
 * Lets commands wait a moment in the place of any longer pause. Afterwards the clock shows that twenty of them have passed, so
 * that what gives up after ten minutes soon does. `jest.restoreAllMocks` ends it.
 */
export function hurry(): void {
  const wait = timers.setTimeout;
  const clock = Date.now.bind(Date);
  let ahead = 0;
  jest.spyOn(Date, "now").mockImplementation(() => clock() + ahead);
  jest.spyOn(timers, "setTimeout").mockImplementation((ms = 0, ...rest) => {
    ahead += ms > WAIT_MS ? ms * TIMES : 0;
    return wait(Math.min(ms, WAIT_MS), ...rest) as Promise<never>;
  });
}
