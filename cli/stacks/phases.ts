import type { EngineEvent, OpType, StepEventMetadata } from "@pulumi/pulumi/automation";

/** Parts of an environment, in the order of their start; some run at the same time. */
export type PhaseName =
  | "cluster"
  | "access"
  | "namespace"
  | "policy"
  | "entrance"
  | "domain"
  | "workloads"
  | "smoke test";

/** The phase of a resource, by the component in its URN. */
const PHASE_OF_COMPONENT: Readonly<Record<string, PhaseName>> = {
  DoksCluster: "cluster",
  RegistryAccess: "access",
  DeveloperAccess: "access",
  EnvironmentNamespace: "namespace",
  SharedPolicy: "policy",
  Entrance: "entrance",
  EntranceRoute: "entrance",
  HostRecord: "domain",
  ManagedDomain: "domain",
  KustomizeWorkloads: "workloads",
  SmokeTest: "smoke test",
};

/** Components do nothing themselves. */
const COMPONENT = /^(ephemeral-doks|kubernetes:kustomize)/;

export interface Phase {
  readonly name: PhaseName;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly lastAt: number;
  readonly inFlight: number;
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly unchanged: number;
  readonly failed: number;
}

/** Counts the events of an update by phase. */
export class Phases {
  private readonly phases = new Map<PhaseName, Phase>();

  public constructor(private readonly now: () => number) {}

  /** Returns the phases in the order of their start, which differs for a teardown. */
  public all(): Phase[] {
    return [...this.phases.values()];
  }

  /** Counts an event of the engine. @returns the phase that it belongs to, if any */
  public take(event: EngineEvent): Phase | undefined {
    const { resourcePreEvent, resOutputsEvent, resOpFailedEvent } = event;
    if (resourcePreEvent) {
      return this.move(resourcePreEvent.metadata, () => ({ inFlight: 1 }));
    }
    if (resOutputsEvent) {
      return this.move(resOutputsEvent.metadata, countOf);
    }
    return (
      resOpFailedEvent && this.move(resOpFailedEvent.metadata, () => ({ inFlight: -1, failed: 1 }))
    );
  }

  private move(
    step: StepEventMetadata,
    changesOf: (step: StepEventMetadata) => Partial<Record<Counter, number>>,
  ): Phase | undefined {
    const name = phaseOf(step.urn);
    if (name === undefined || COMPONENT.test(step.type)) {
      return undefined;
    }
    const at = this.now();
    const before = this.phases.get(name) ?? { ...NEW, name, startedAt: at };
    const moved: Record<string, unknown> = { ...before, lastAt: at };
    for (const [counter, change] of Object.entries(changesOf(step))) {
      moved[counter] = before[counter as Counter] + change;
    }
    const phase = moved as unknown as Phase;
    this.phases.set(name, phase);
    return phase;
  }
}

type Counter = "inFlight" | "created" | "updated" | "deleted" | "unchanged" | "failed";

const NEW = {
  lastAt: 0,
  inFlight: 0,
  created: 0,
  updated: 0,
  deleted: 0,
  unchanged: 0,
  failed: 0,
};

/** The counter for each of Pulumi's operations. */
const COUNTERS: Readonly<Partial<Record<OpType, Counter>>> = {
  create: "created",
  "create-replacement": "created",
  update: "updated",
  delete: "deleted",
  "delete-replaced": "deleted",
  discard: "deleted",
  "discard-replaced": "deleted",
  same: "unchanged",
};

function countOf({ op }: StepEventMetadata): Partial<Record<Counter, number>> {
  const counter = COUNTERS[op];
  return { inFlight: -1, ...(counter === undefined ? {} : { [counter]: 1 }) };
}

function phaseOf(urn: string): PhaseName | undefined {
  const components = [...urn.matchAll(/ephemeral-doks:components:(\w+)/g)];
  const innermost = components.at(-1)?.[1];
  return innermost === undefined ? undefined : PHASE_OF_COMPONENT[innermost];
}

/** The changes of a phase, e.g. `3 created, 1 updated`. */
export function phaseDetail({ created, updated, deleted, unchanged, failed }: Phase): string {
  const parts = [
    [created, "created"],
    [updated, "updated"],
    [deleted, "deleted"],
    [unchanged, "unchanged"],
    [failed, "failed"],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(", ");
}
