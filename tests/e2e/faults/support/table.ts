import { FAULTS, type Fault, type FaultName } from "./faults";
import { CREATION, canBegin, type Moment, REMOVAL, START, writes } from "./moments";
import { ALICE, PULL_REQUEST, type Subject } from "./subjects";

/** What has become of an environment. */
export type State = "nothing" | "up" | "asleep" | "expired";

/** A command, and what it makes of an environment in which state. */
export interface Row {
  readonly of: Subject;
  readonly words: readonly string[];
  readonly from: State;
  /** @default - the command only reads: it leaves everything as it is, the checkout's files included */
  readonly to?: State;
  /** How long after it was stopped it comes again, in seconds. @default 0 */
  readonly again?: number;
  readonly moments: readonly Moment[];
}

/** One cell of the matrix. */
export interface Cell {
  readonly row: Row;
  readonly moment: Moment;
  readonly fault: Fault;
}

const { stack, up, down } = ALICE;
const of = ALICE;

/** In an order in which each finds the environment as the one before has left it. */
export const ROWS: readonly Row[] = [
  { of, words: ["list"], from: "nothing", moments: [START] },
  { of, words: ["doctor"], from: "nothing", moments: [START] },
  { of, words: ["preview", stack], from: "nothing", moments: [START] },
  { of, words: up, from: "nothing", to: "up", moments: [START, ...CREATION, ...writes(4)] },
  { of, words: ["list"], from: "up", moments: [START] },
  { of, words: ["show", stack], from: "up", moments: [START] },
  { of, words: ["preview", stack], from: "up", moments: [START] },
  { of, words: ["diagnose", stack], from: "up", moments: [START] },
  { of, words: ["render", stack], from: "up", moments: [START] },
  { of, words: ["extend", stack, "10m"], from: "up", to: "up", moments: [START, ...writes(1)] },
  { of, words: ["reap", "plan"], from: "up", moments: [START] },
  { of, words: up, from: "up", to: "up", moments: [START, ...writes(3)] },
  {
    of,
    words: ["sleep", stack, "--yes"],
    from: "up",
    to: "asleep",
    moments: [START, ...REMOVAL, ...writes(2)],
  },
  {
    of,
    words: ["wake", stack, "--yes"],
    from: "asleep",
    to: "up",
    moments: [START, ...CREATION, ...writes(2)],
  },
  { of, words: down, from: "up", to: "nothing", moments: [START, ...REMOVAL] },
  { of, words: down, from: "asleep", to: "nothing", moments: [START] },
  {
    of,
    words: ["reap", "run"],
    from: "expired",
    to: "nothing",
    // What was just updated it leaves alone.
    again: 3_600,
    moments: [START, ...REMOVAL],
  },
  {
    of: PULL_REQUEST,
    words: PULL_REQUEST.up,
    from: "nothing",
    to: "up",
    moments: [START, ...CREATION, ...writes(2)],
  },
  {
    of: PULL_REQUEST,
    words: PULL_REQUEST.down,
    from: "up",
    to: "nothing",
    moments: [START, ...REMOVAL],
  },
];

export const CELLS: readonly Cell[] = ROWS.flatMap((row) =>
  row.moments.flatMap((moment) =>
    FAULTS.filter((fault) => canBegin(fault, moment)).map((fault) => ({ row, moment, fault })),
  ),
);

/** A command and the state it finds, as a reader of the table sees it. */
export function nameOf({ words, from }: Row): string {
  const [first = "", second = ""] = words;
  return `${["ci", "reap"].includes(first) ? `${first} ${second}` : first} (${from})`;
}

/** Cells that every run of all tests has, by row, moment and faults: five minutes on two cores. */
const SUBSET: readonly (readonly [row: string, moment: string, ...faults: FaultName[]])[] = [
  ["preview (nothing)", "from the start", "expired token", "HTML", "no DNS"],
  ["up (nothing)", "from the start", "SIGKILL", "short list", "disk full", "clock fast"],
  ["up (nothing)", "cluster asked for", "API 500"],
  ["show (up)", "from the start", "disk full"],
  ["extend (up)", "before write 1", "SIGKILL", "disk full"],
  ["sleep (up)", "cluster removal asked for", "timeout"],
  ["wake (asleep)", "workloads", "SIGKILL"],
  ["reap run (expired)", "from the start", "429", "short list", "empty list", "clock fast"],
  ["reap run (expired)", "account looked at", "SIGKILL"],
  ["ci up (nothing)", "from the start", "expired token"],
];

export function isInSubset({ row, moment, fault }: Cell): boolean {
  return SUBSET.some(
    ([name, when, ...faults]) =>
      name === nameOf(row) && when === moment.name && faults.some((one) => one === fault.name),
  );
}
