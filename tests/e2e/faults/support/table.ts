import { COMMANDS } from "../../../../cli/commands";
import { FAULTS, type Fault, type FaultName } from "./faults";
import {
  CREATION,
  canBegin,
  FORGETTING,
  type Moment,
  REMOVAL,
  RESTORING,
  SAVING,
  START,
  TESTING,
  writes,
} from "./moments";
import type { State } from "./states";
import { ALICE, BOB, EVENT, PULL_REQUEST, type Subject } from "./subjects";

/** A command, the state that it starts from, and the state that it leads to. */
export interface Row {
  readonly of: Subject;
  readonly words: readonly string[];
  readonly from: State;
  /** @default - the command only reads: it changes nothing, not even a file in the checkout */
  readonly to?: State;
  /** Seconds between a stopped run and the second run. @default 0 */
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
const IMAGES = ["--changed-since", "HEAD", "--sources", "../shop/images.json"];
const SAVE = ["data", "save", BOB.stack, "--as", "shop-small", "--yes"];
const REFRESH = ["data", "refresh", BOB.stack, "--as", "shop-small", "--yes", "--run", "true"];

/** Ordered so that most commands start from the state that the command before them leads to. */
export const ROWS: readonly Row[] = [
  { of, words: ["list"], from: "nothing", moments: [START] },
  { of, words: ["doctor"], from: "nothing", moments: [START] },
  { of, words: ["images", ...IMAGES], from: "nothing", moments: [START] },
  { of, words: ["preview", stack], from: "nothing", moments: [START] },
  { of, words: up, from: "nothing", to: "up", moments: [START, ...CREATION, ...writes(4)] },
  { of, words: ["list"], from: "up", moments: [START] },
  { of, words: ["show", stack], from: "up", moments: [START] },
  { of, words: ["preview", stack], from: "up", moments: [START] },
  { of, words: ["diagnose", stack], from: "up", moments: [START] },
  { of, words: ["render", stack], from: "up", moments: [START] },
  { of, words: ["extend", stack, "10m"], from: "up", to: "up", moments: [START, ...writes(1)] },
  { of, words: ["reap", "plan"], from: "up", moments: [START] },
  { of, words: ["reap", "review"], from: "up", moments: [START] },
  { of, words: ["reap", "explain", stack], from: "up", moments: [START] },
  {
    of,
    words: ["kubeconfig", stack, "--merge"],
    from: "unused",
    to: "up",
    moments: [START, ...writes(1)],
  },
  { of, words: ["touch", stack], from: "unused", to: "up", moments: [START, ...writes(1)] },
  {
    of,
    words: ["protect", stack],
    from: "up",
    to: "protected",
    moments: [START, ...writes(2)],
  },
  { of, words: down, from: "protected", moments: [START] },
  {
    of,
    words: ["unprotect", stack],
    from: "protected",
    to: "up",
    moments: [START, ...writes(2)],
  },
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
  { of, words: ["reap", "rehearse"], from: "expired", moments: [START] },
  {
    of,
    words: ["reap", "run"],
    from: "expired",
    to: "nothing",
    // The reaper leaves a stack alone that was just updated.
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
    words: ["ci", "test", ...EVENT],
    from: "up",
    to: "up",
    moments: [START, TESTING],
  },
  { of: PULL_REQUEST, words: ["ci", "report", ...EVENT], from: "up", moments: [START] },
  {
    of: PULL_REQUEST,
    words: PULL_REQUEST.down,
    from: "up",
    to: "nothing",
    moments: [START, ...REMOVAL],
  },
  { of: BOB, words: SAVE, from: "up", to: "seeded", moments: [START, SAVING, ...writes(2)] },
  {
    of: BOB,
    words: SAVE,
    from: "seeded",
    to: "seeded",
    moments: [FORGETTING],
  },
  {
    of: BOB,
    words: ["data", "delete", "shop-small", "--yes"],
    from: "seeded",
    to: "up",
    moments: [START, FORGETTING],
  },
  {
    of: BOB,
    words: ["sleep", BOB.stack, "--yes"],
    from: "up",
    to: "asleep",
    moments: [SAVING, ...REMOVAL],
  },
  {
    of: BOB,
    words: ["wake", BOB.stack, "--yes"],
    from: "asleep",
    to: "up",
    moments: [START, RESTORING, CREATION[3], FORGETTING],
  },
  { of: BOB, words: BOB.down, from: "asleep", to: "nothing", moments: [START, FORGETTING] },
  {
    of: BOB,
    words: [...BOB.down, "--keep-data", "shop-small"],
    from: "up",
    to: "seed",
    moments: [START, SAVING, ...REMOVAL],
  },
  { of: BOB, words: ["data", "list"], from: "seed", moments: [START] },
  { of: BOB, words: REFRESH, from: "seed", to: "seed", moments: [START, CREATION[3], SAVING] },
];

/** Commands without a row, with the reason. */
export const WITHOUT_ROW: Readonly<Record<string, string>> = {
  completion: "prints a file of the program's own, and reads nothing else",
  "exec-credential":
    "is `bin/exec-credential.js`, which writes nothing but a credential into the user's cache: tests/bin",
};

export const CELLS: readonly Cell[] = ROWS.flatMap((row) =>
  row.moments.flatMap((moment) =>
    FAULTS.filter((fault) => canBegin(fault, moment)).map((fault) => ({ row, moment, fault })),
  ),
);

/** Returns the row's name in the printed table: the command and the state it starts from. */
export function nameOf(row: Row): string {
  return `${commandOf(row)} (${row.from}${row.of.claims === undefined ? "" : " with data"})`;
}

/** Returns the name of the row's command in the list of all commands. */
export function commandOf({ words }: Pick<Row, "words">): string {
  const said = `${words.join(" ")} `;
  const name = COMMANDS.map((command) => command.name).find((each) => said.startsWith(`${each} `));
  if (name === undefined) {
    throw new Error(`there is no command "${said}"`);
  }
  return name;
}

/** Cells that `make test` runs, by row, moment and faults: five minutes on two cores. */
const SUBSET: readonly (readonly [row: string, moment: string, ...faults: FaultName[]])[] = [
  ["preview (nothing)", "from the start", "expired token", "HTML", "no DNS"],
  ["up (nothing)", "from the start", "SIGKILL", "short list", "disk full", "clock fast"],
  ["up (nothing)", "cluster asked for", "API 500"],
  ["up (nothing)", "before write 2", "Ctrl-C"],
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
