import { performance } from "node:perf_hooks";
import { SIGNALS, type Signal, type SignalName, seenAt } from "../../cli/reap/policy/evidence";
import { planOf } from "../../cli/reap/policy/plan";
import { hashOf } from "../../cli/reap/policy/plan-hash";
import { processorSignal } from "../../cli/reap/policy/processor";
import type { Situation } from "../../cli/reap/policy/situation";
import { trafficSignal } from "../../cli/reap/policy/traffic";
import { verdictOf } from "../../cli/reap/policy/verdict";
import type { Series } from "../../core/time-series";
import { NODES } from "./activity";
import { POLICIES, RULES } from "./environment";
import { measure } from "./measurements";
import { random } from "./random";
import { timeOf } from "./span";
import { trace } from "./traces";

const DAY = 86_400;
const NOW = timeOf(10 * 24 * 60);
const RANGE = { from: NOW - DAY, until: NOW };

/** Tells how long deciding over environments takes, without what reading takes. */
export function timeDecisions(environments: number, print: (line: string) => void): void {
  const { activity } = trace("office hours", random(0));
  const { traffic, processor } = measure(activity, 0.05);
  const requests = traffic("requests", RANGE);
  const nodes = Array.from({ length: NODES }, (_, node) =>
    withAllModes(processor(node, RANGE, NOW - 5 * DAY)),
  );

  const read = timed(() => {
    const asked = { ...RANGE, createdAt: NOW - 5 * DAY };
    return Array.from({ length: environments }, (): Signal[] => [
      trafficSignal({ ...asked, source: "load balancer", measure: "requests", series: requests }),
      ...nodes.map((series, node) => processorSignal({ ...asked, source: `node ${node}`, series })),
    ]);
  });
  const names = (Object.keys(SIGNALS) as SignalName[]).filter(
    (name) => name !== "traffic" && name !== "processor",
  );
  const decided = timed(() => {
    const verdicts = read.result.map((signals, index) => {
      const others = names.map((name) => seenAt(name, "simulation", NOW - DAY + index));
      return verdictOf(situationOf(index), POLICIES.dev, [...signals, ...others], NOW);
    });
    return hashOf(planOf(verdicts, [], { channel: "off", delivered: new Map() }, RULES, NOW));
  });
  print(
    `${environments} environments: judging a day of measurements ${read.milliseconds} ms, deciding and planning ${decided.milliseconds} ms`,
  );
}

/** DigitalOcean tells eight modes; the simulation, to be quick, only two that are not 0. */
function withAllModes(series: readonly Series[]): Series[] {
  const zeros = (series[0]?.values ?? []).map(([at]) => [at, "0"] as const);
  const others = ["system", "iowait", "irq", "nice", "softirq", "steal"];
  return [...series, ...others.map((mode) => ({ metric: { mode }, values: zeros }))];
}

function situationOf(index: number): Situation {
  return {
    stack: `developer${index}-dev`,
    clusterIds: [String(index)],
    hasResources: true,
    createdAt: NOW - 5 * DAY - index,
    lastUpdateAt: NOW - 2 * DAY,
    protected: false,
    lockedBy: [],
    usdPerMonth: 72,
  };
}

function timed<T>(work: () => T): { readonly result: T; readonly milliseconds: number } {
  const started = performance.now();
  const result = work();
  return { result, milliseconds: Math.round(performance.now() - started) };
}
