import { performance } from "node:perf_hooks";
import { type Outcome, RUNS, type RunTally, SimulatedEnvironment } from "./environment";
import { random } from "./random";
import { DAYS } from "./span";
import { timeDecisions } from "./speed";
import { TRACE_KINDS, type TraceKind, trace } from "./traces";

/**
 * Lets the reaper's verdicts and plans run every hour for four weeks over environments that are used in all ways, and
 * tells what it destroyed or put to sleep although it was used, and what was paid for although it was not: who knew
 * everything would avoid all of that. A collision is that somebody had come so shortly before that no measurement could
 * tell yet. Every simulation comes to the same figures. Run by `node simulate.js [environments]`; ends with 1 when there
 * was a false positive.
 */
export function simulate(environments: number, print: (line: string) => void): boolean {
  const started = performance.now();
  const runs: RunTally[] = Array.from({ length: RUNS }, () => ({
    environments: 0,
    destroys: 0,
    calls: 0,
  }));
  const outcomes = new Map<TraceKind, Outcome[]>();
  let seed = 0;
  for (const [kind, share] of Object.entries(TRACE_KINDS) as [TraceKind, number][]) {
    const count = Math.round((environments * share) / 100);
    outcomes.set(
      kind,
      Array.from({ length: count }, () => {
        const luck = random(seed++);
        return new SimulatedEnvironment(trace(kind, luck), luck).run(runs);
      }),
    );
  }
  const all = [...outcomes.values()].flat();
  const falsePositives = all.flatMap((outcome) => outcome.falsePositives);

  print(`${all.length} environments, ${DAYS} days, ${RUNS} runs of the reaper`);
  print("");
  print(row("", ["number", "idle h paid", "unreaped", "avoided", "false pos.", "collisions"]));
  for (const [kind, some] of outcomes) {
    print(outcomeRow(kind, some));
  }
  print(outcomeRow("all", all));
  print("");
  const done = (["sleeps", "wakes", "destroys", "warnings"] as const).map(
    (what) => `${sum(all, (outcome) => outcome[what])} ${what}`,
  );
  print(`done: ${done.join(", ")}`);
  print(describeCalls(runs));
  print(`runs that the cap would have stopped: ${runs.filter(isOverCap).length}`);
  for (const falsePositive of falsePositives) {
    print(`FALSE POSITIVE ${falsePositive}`);
  }
  timeDecisions(1_000, print);
  print(`took ${Math.round((performance.now() - started) / 1000)} s`);
  return falsePositives.length === 0;
}

function outcomeRow(name: string, outcomes: readonly Outcome[]): string {
  const idle = sum(outcomes, ({ idleHours }) => idleHours);
  const unreaped = sum(outcomes, ({ idleHoursUnreaped }) => idleHoursUnreaped);
  return row(name, [
    String(outcomes.length),
    idle.toFixed(0),
    unreaped.toFixed(0),
    `${((1 - idle / unreaped) * 100).toFixed(0)} %`,
    String(sum(outcomes, ({ falsePositives }) => falsePositives.length)),
    String(sum(outcomes, ({ collisions }) => collisions)),
  ]);
}

function row(name: string, cells: readonly string[]): string {
  return `  ${name.padEnd(32)}${cells.map((cell) => cell.padStart(13)).join("")}`;
}

/** Every run asks for the lists of stacks, pull requests and what the account holds, too: a request for 200 of each. */
function describeCalls(runs: readonly RunTally[]): string {
  const perThousand = runs
    .filter(({ environments }) => environments > 0)
    .map(({ calls, environments }) => (calls / environments) * 1000);
  const mean = perThousand.reduce((total, calls) => total + calls, 0) / perThousand.length;
  const most = Math.max(...perThousand);
  return `requests to DigitalOcean per run and 1,000 environments, beside the lists: ${mean.toFixed(0)} on average, ${most.toFixed(0)} at most`;
}

function isOverCap({ destroys, environments }: RunTally): boolean {
  return destroys > Math.max(3, Math.floor(environments * 0.2));
}

function sum(outcomes: readonly Outcome[], of: (outcome: Outcome) => number): number {
  return outcomes.reduce((total, outcome) => total + of(outcome), 0);
}

if (require.main === module) {
  const environments = Number(process.argv[2] ?? 2_000);
  const good = simulate(environments, (line) => process.stdout.write(`${line}\n`));
  process.exitCode = good ? 0 : 1;
}
