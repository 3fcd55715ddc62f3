import type { ClusterObject, ClusterObjects } from "../../components/cluster-objects";
import { findEntrance } from "../../components/find-entrance";
import { hostedCluster } from "../../components/host-stack";
import {
  largestOf,
  requireBaseline,
  requireIntegration,
  requireOwnNamespace,
  requireSharedRoom,
} from "../../components/shared-checks";
import type { SharedCluster } from "../../components/shared-cluster";
import { Recording } from "../helpers/record-mocks";

/** A cluster that holds these objects, by the path that they are asked for at. */
function clusterWith(objects: Readonly<Record<string, object>>): SharedCluster {
  const reader = {
    find: (path: string) => Promise.resolve(objects[path]),
    list: (path: string) => Promise.resolve((objects[path.split("?")[0] ?? ""] ?? []) as object[]),
  } as unknown as ClusterObjects;
  return { name: "team-shared", registryIntegration: false, objects: reader } as SharedCluster;
}

const namespace = (labels: object, more: object = {}): ClusterObject => ({
  metadata: { name: "alice-dev", labels: labels as Record<string, string>, ...more },
});
const OWNER = { "ephemeral-doks/project": "shop", "ephemeral-doks/stack": "alice-dev" };
const PATH = "/api/v1/namespaces/alice-dev";

beforeEach(() => Recording.start());

describe("the namespace", () => {
  const check = (object?: ClusterObject) =>
    requireOwnNamespace(
      clusterWith(object === undefined ? {} : { [PATH]: object }),
      "alice-dev",
      OWNER,
    );

  it("may be free, or this stack's", async () => {
    await expect(check()).resolves.toBeUndefined();
    await expect(check(namespace(OWNER))).resolves.toBeUndefined();
  });

  it.each([
    ["nobody's of this project", {}, /it was not made by this project/],
    [
      "another project's",
      { ...OWNER, "ephemeral-doks/project": "other" },
      /it is stack "alice-dev" of project "other"/,
    ],
    [
      "another stack's",
      { ...OWNER, "ephemeral-doks/stack": "bob-dev" },
      /it is stack "bob-dev" of project "shop"/,
    ],
  ])("is refused when it is %s", async (_, labels, message) => {
    await expect(check(namespace(labels))).rejects.toThrow(message);
  });

  it("is refused while it is being deleted", async () => {
    const going = namespace(OWNER, { deletionTimestamp: "2026-11-27T06:00:00Z" });
    await expect(check(going)).rejects.toThrow(/is being deleted since 2026-11-27T06:00:00Z/);
  });
});

describe("the room", () => {
  const quota = (name: string, cpu: string) => ({
    metadata: { name: "environment", namespace: name },
    spec: { hard: { "requests.cpu": cpu, "requests.memory": "1Gi", pods: "10" } },
  });
  const cluster = clusterWith({
    "/api/v1/resourcequotas": [quota("alice-dev", "6"), quota("bob-dev", "4")],
  });
  const capacity = { millicores: 8_000, memoryMiB: 8_192, pods: 110 };
  const ask = (cpu: string) =>
    requireSharedRoom(
      cluster,
      { namespace: "alice-dev", quota: { cpu, memory: "1Gi", pods: 10 } },
      capacity,
      1,
    );

  it("is counted without what the stack had before", async () => {
    await expect(ask("4")).resolves.toBeUndefined();
  });

  it("does not suffice beyond the capacity; the fix names the stack", async () => {
    await expect(ask("5")).rejects.toThrow(
      /9 of 8 CPUs\n {2}who has it:\n {4}bob-dev: 4 CPUs.*\n {2}what would fit: 4 CPUs, .*\n {2}fix: .*--stack alice-dev/,
    );
  });
});

describe("the cluster at its largest", () => {
  it("is all pools with as many nodes as they can have", async () => {
    await Recording.start({
      answers: {
        "digitalocean:index/getSizes:getSizes": () => ({
          sizes: [{ slug: "s-2vcpu-4gb", vcpus: 2, memory: 4096, priceHourly: 0.1 }],
        }),
      },
    });
    expect(await largestOf([{ size: "s-2vcpu-4gb", maxCount: 3 }])).toEqual({
      capacity: { millicores: 5_700, memoryMiB: 7_680, pods: 330 },
      nodes: 3,
      usdPerHour: expect.closeTo(0.3),
    });
  });
});

describe("the baseline", () => {
  const cluster = clusterWith({
    "/api/v1/namespaces/main-dev": namespace({ "ephemeral-doks/stack": "main-dev" }),
    "/api/v1/namespaces/kube-system": namespace({}),
  });
  const check = (name: string) =>
    requireBaseline(cluster, { stack: name, namespace: name }, "alice-dev");

  it("is another environment on the cluster", async () => {
    await expect(check("main-dev")).resolves.toBeUndefined();
    await expect(check("kube-system")).rejects.toThrow(/is no environment that is up/);
    await expect(check("gone-dev")).rejects.toThrow(/"gone-dev" is no environment that is up/);
    await expect(check("alice-dev")).rejects.toThrow(/is no other environment/);
  });
});

it("does not change whether the cluster pulls from the registry", () => {
  expect(() => requireIntegration(clusterWith({}), "integration")).toThrow(/is not integrated/);
  expect(() => requireIntegration(clusterWith({}), "pullSecret")).not.toThrow();
});

describe("the entrance", () => {
  const gateway = (hostname: string, status?: object) => ({
    metadata: { name: "entrance", namespace: "entrance" },
    spec: { listeners: [{ protocol: "HTTP", hostname }] },
    status,
  });
  const AT = "/apis/gateway.networking.k8s.io/v1/namespaces/entrance/gateways/entrance";
  const addresses = [{ value: "203.0.113.7" }];
  const find = (objects: Record<string, object>) =>
    findEntrance(clusterWith(objects).objects, "dev.example.com");

  it("is the host's own Gateway", async () => {
    await expect(find({ [AT]: gateway("*.dev.example.com", { addresses }) })).resolves.toEqual({
      name: "entrance",
      namespace: "entrance",
      address: "203.0.113.7",
    });
  });

  it("is not a Gateway for the same hosts that somebody else has made", async () => {
    const mine = gateway("*.dev.example.com", { addresses });
    await expect(
      find({
        "/apis/gateway.networking.k8s.io/v1/gateways": [mine],
        "/apis/gateway.networking.k8s.io/v1/namespaces/eve-dev/gateways/entrance": mine,
      }),
    ).rejects.toThrow(/has no entrance for \*.dev.example.com; it has none at/);
  });

  it("is refused when it takes other hosts, or has no address", async () => {
    await expect(find({ [AT]: gateway("*.other.com") })).rejects.toThrow(
      /it has one for \*.other.com/,
    );
    await expect(find({ [AT]: gateway("*.dev.example.com") })).rejects.toThrow(
      /has no address yet/,
    );
  });
});

describe("the host stack", () => {
  const start = (outputs: object) =>
    Recording.start({
      answers: { "pulumi:pulumi:readStackOutputs": () => ({ outputs }) },
    });

  it("says which cluster it is", async () => {
    await start({ placement: "host", clusterId: "the-cluster" });
    expect(await hostedCluster("team-shared")).toBe("the-cluster");
  });

  it("is refused when it is not up, or no host", async () => {
    await start({});
    await expect(hostedCluster("team-shared")).rejects.toThrow(
      /has no cluster yet.*\n.*pulumi up --stack team-shared/,
    );
    await start({ placement: "cluster", clusterId: "x" });
    await expect(hostedCluster("bob-dev")).rejects.toThrow(/is no shared cluster: its placement/);
  });

  it("is refused when it cannot be read, in the engine's words", async () => {
    await Recording.start();
    await expect(hostedCluster("gone-shared")).rejects.toThrow(
      /the outputs of hostStack "gone-shared" cannot be read/,
    );
  });
});
