import { UserError } from "../errors";

/** Clocks with NTP differ by seconds; a timestamp in a header is up to a second old. */
const MOST_DIFFERENCE_MS = 5 * 60_000;

/** The times of two clocks at the same moment. */
export interface ClockFacts {
  readonly machine: Date;
  /** From the `Date` header of an answer. @default - the answer had none */
  readonly digitalOcean?: Date;
}

/** Finds why this machine's clock must not be used to judge an environment's age. */
export function clockErrors({ machine, digitalOcean }: ClockFacts): UserError[] {
  if (digitalOcean === undefined) {
    return [];
  }
  const difference = machine.getTime() - digitalOcean.getTime();
  return Math.abs(difference) <= MOST_DIFFERENCE_MS
    ? []
    : [
        new UserError(
          `this machine's clock shows ${machine.toISOString()}, but DigitalOcean's shows ${digitalOcean.toISOString()}: ages cannot be judged`,
          "set the clock (for example: timedatectl set-ntp true), then run the same command again",
        ),
      ];
}
