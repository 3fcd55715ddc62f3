import { UserError } from "../errors";

/** Clocks that are set by the network differ by seconds; a timestamp in a header is up to a second old. */
const MOST_DIFFERENCE_MS = 5 * 60_000;

/** What two clocks showed at the same moment. */
export interface ClockFacts {
  readonly machine: Date;
  /** By the `Date` header of an answer. @default - the answer had none */
  readonly digitalOcean?: Date;
}

/** Finds what forbids to decide by this machine's clock that an environment is old. */
export function clockErrors({ machine, digitalOcean }: ClockFacts): UserError[] {
  if (digitalOcean === undefined) {
    return [];
  }
  const difference = machine.getTime() - digitalOcean.getTime();
  return Math.abs(difference) <= MOST_DIFFERENCE_MS
    ? []
    : [
        new UserError(
          `this machine's clock shows ${machine.toISOString()}, and DigitalOcean's shows ${digitalOcean.toISOString()}: nothing is judged by its age`,
          "set the clock (as in: timedatectl set-ntp true), then run the same command again",
        ),
      ];
}
