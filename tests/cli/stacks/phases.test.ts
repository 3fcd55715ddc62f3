import { Phases } from "../../../cli/stacks/phases";
import { begins, ends, fails, says } from "../support/events";

let time = 0;
let phases: Phases;
beforeEach(() => {
  time = 1_000;
  phases = new Phases(() => time);
});

const namesOf = () => phases.all().map(({ name }) => name);

describe("the phase of a resource", () => {
  it.each([
    ["DoksCluster", "cluster"],
    ["RegistryAccess", "access"],
    ["DeveloperAccess", "access"],
    ["EnvironmentNamespace", "namespace"],
    ["KustomizeWorkloads", "workloads"],
    ["SmokeTest", "smoke test"],
  ])("of the component %s is %s", (component, name) => {
    expect(phases.take(begins({ op: "create", component }))).toMatchObject({ name });
  });

  it("is none for what belongs to the environment itself or to no component", () => {
    expect(phases.take(begins({ op: "create" }))).toBeUndefined();
    expect(phases.take(begins({ op: "create", component: "Unheard" }))).toBeUndefined();
  });

  it("is none for components, which do nothing themselves", () => {
    const component = "KustomizeWorkloads";
    for (const type of [
      "ephemeral-doks:components:KustomizeWorkloads",
      "kubernetes:kustomize/v2:Directory",
    ]) {
      expect(phases.take(begins({ op: "create", component, type }))).toBeUndefined();
    }
    expect(phases.all()).toEqual([]);
  });

  it("is none for events that are about no resource", () => {
    expect(phases.take(says("info", "hello"))).toBeUndefined();
  });
});

describe("a phase", () => {
  it.each([
    ["create", "created"],
    ["create-replacement", "created"],
    ["update", "updated"],
    ["delete", "deleted"],
    ["delete-replaced", "deleted"],
    ["discard", "deleted"],
    ["same", "unchanged"],
  ] as const)("counts %s as %s", (op, counter) => {
    const step = { op, component: "DoksCluster" };
    expect(phases.take(begins(step))).toMatchObject({ inFlight: 1, [counter]: 0 });
    expect(phases.take(ends(step))).toMatchObject({ inFlight: 0, [counter]: 1 });
  });

  it("does not count resources that are only read", () => {
    const step = { op: "read", component: "DoksCluster" } as const;
    phases.take(begins(step));
    const { created, updated, deleted, unchanged, inFlight } = phases.take(ends(step)) ?? {};
    expect([created, updated, deleted, unchanged, inFlight]).toEqual([0, 0, 0, 0, 0]);
  });

  it("counts a failure, which ends what was under way", () => {
    const step = { op: "create", component: "DoksCluster" } as const;
    phases.take(begins(step));
    expect(phases.take(fails(step))).toMatchObject({ inFlight: 0, created: 0, failed: 1 });
  });

  it("lasts from its first event to its last", () => {
    const step = { op: "create", component: "DoksCluster" } as const;
    phases.take(begins(step));
    time = 5_000;
    phases.take(begins({ ...step, name: "workers" }));
    time = 9_000;
    expect(phases.take(ends(step))).toMatchObject({ startedAt: 1_000, lastAt: 9_000, inFlight: 1 });
  });

  it("is counted for itself", () => {
    phases.take(begins({ op: "create", component: "DoksCluster" }));
    phases.take(begins({ op: "create", component: "SmokeTest" }));
    phases.take(ends({ op: "create", component: "SmokeTest" }));
    expect(phases.all()).toMatchObject([
      { name: "cluster", inFlight: 1, created: 0 },
      { name: "smoke test", inFlight: 0, created: 1 },
    ]);
  });
});

it("puts phases in the order in which they have begun, which is another one at a teardown", () => {
  for (const component of ["SmokeTest", "KustomizeWorkloads", "DoksCluster", "SmokeTest"]) {
    phases.take(begins({ op: "delete", component }));
  }
  expect(namesOf()).toEqual(["smoke test", "workloads", "cluster"]);
});
