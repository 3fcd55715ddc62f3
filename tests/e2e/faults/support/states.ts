import type { Subject } from "./subjects";

/**
 * The state of an environment. `unused`: nobody has used it for a while. `seeded`: it is up, and its data was saved as a
 * seed. `seed`: the environment is gone, and the seed exists.
 */
export type State =
  | "nothing"
  | "up"
  | "unused"
  | "expired"
  | "asleep"
  | "protected"
  | "seeded"
  | "seed";

/** A step from one state to another: a command, or a number of seconds. */
interface Step {
  readonly from: State;
  readonly to: State;
  readonly by: (subject: Subject) => readonly string[] | number;
}

const UNUSED_AFTER_SECONDS = 600;
const EXPIRED_AFTER_SECONDS = 9 * 3_600;

const deleteSeed = ({ seed = "" }: Subject) => ["data", "delete", seed, "--yes"];

const STEPS: readonly Step[] = [
  { from: "nothing", to: "up", by: ({ up }) => up },
  { from: "up", to: "nothing", by: ({ down }) => down },
  { from: "up", to: "unused", by: () => UNUSED_AFTER_SECONDS },
  { from: "unused", to: "up", by: ({ stack }) => ["touch", stack] },
  { from: "up", to: "expired", by: () => EXPIRED_AFTER_SECONDS },
  { from: "expired", to: "nothing", by: ({ down }) => down },
  { from: "up", to: "asleep", by: ({ stack }) => ["sleep", stack, "--yes"] },
  { from: "asleep", to: "up", by: ({ stack }) => ["wake", stack, "--yes"] },
  { from: "asleep", to: "nothing", by: ({ down }) => down },
  { from: "up", to: "protected", by: ({ stack }) => ["protect", stack] },
  { from: "protected", to: "up", by: ({ stack }) => ["unprotect", stack] },
  {
    from: "up",
    to: "seeded",
    by: ({ stack, seed = "" }) => ["data", "save", stack, "--as", seed, "--yes"],
  },
  { from: "seeded", to: "up", by: deleteSeed },
  { from: "seeded", to: "seed", by: ({ down }) => down },
  { from: "seed", to: "nothing", by: deleteSeed },
];

/** Returns the shortest sequence of steps from one state to another. */
export function stepsTo(to: State, from: State): readonly Step[] {
  const paths: (readonly Step[])[] = [[]];
  for (const path of paths) {
    const end = path.at(-1)?.to ?? from;
    if (end === to) {
      return path;
    }
    // A path with a loop is longer than the first one found.
    paths.push(...STEPS.filter((step) => step.from === end).map((step) => [...path, step]));
  }
  throw new Error(`no steps lead from "${from}" to "${to}"`);
}

/** Whether the environment has its cluster. */
export function hasCluster(state: State): boolean {
  return !["nothing", "asleep", "seed"].includes(state);
}

/** Whether there are snapshots of its claims, if it has any. */
export function hasSnapshots(state: State): boolean {
  return ["asleep", "seeded", "seed"].includes(state);
}
