import type { ClusterObjects } from "../../components/cluster-objects";
import { findEntrance } from "../../components/find-entrance";
import { sharedClusterId } from "../../components/host-stack";
import type { SharedCluster } from "../../components/shared-cluster";
import { tlsAnnotations } from "../../core/overlay/https";
import { Recording } from "../helpers/record-mocks";

/** A cluster that holds these objects, by the path that they are asked for at. */
function clusterWith(objects: Readonly<Record<string, object>>): SharedCluster {
  const reader = {
    find: (path: string) => Promise.resolve(objects[path]),
  } as unknown as ClusterObjects;
  return { name: "team-shared", objects: reader } as SharedCluster;
}

beforeEach(() => Recording.start());

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

  it("is the shared cluster's own Gateway", async () => {
    await expect(find({ [AT]: gateway("*.dev.example.com", { addresses }) })).resolves.toEqual({
      name: "entrance",
      namespace: "entrance",
      address: "203.0.113.7",
      scheme: "http",
    });
  });

  it("speaks HTTPS when its load balancer has a certificate", async () => {
    const plain = gateway("*.dev.example.com", { addresses });
    const infrastructure = { annotations: tlsAnnotations("cert") };
    const object = { ...plain, spec: { ...plain.spec, infrastructure } };
    await expect(find({ [AT]: object })).resolves.toMatchObject({ scheme: "https" });
  });

  it("is not another owner's Gateway for the same hosts", async () => {
    const mine = gateway("*.dev.example.com", { addresses });
    await expect(
      find({
        "/apis/gateway.networking.k8s.io/v1/gateways": [mine],
        "/apis/gateway.networking.k8s.io/v1/namespaces/eve-dev/gateways/entrance": mine,
      }),
    ).rejects.toThrow(/has no entrance for \*.dev.example.com; it has no entrance at/);
  });

  it("is refused for other hosts, or without an address", async () => {
    await expect(find({ [AT]: gateway("*.other.com") })).rejects.toThrow(
      /its entrance is for \*.other.com/,
    );
    await expect(find({ [AT]: gateway("*.dev.example.com") })).rejects.toThrow(
      /has no address yet/,
    );
  });
});

describe("the shared cluster's stack", () => {
  const start = (outputs: object) =>
    Recording.start({
      answers: { "pulumi:pulumi:readStackOutputs": () => ({ outputs }) },
    });

  it("names its cluster", async () => {
    await start({ placement: "host", clusterId: "the-cluster" });
    expect(await sharedClusterId("team-shared")).toBe("the-cluster");
  });

  it("is refused with the engine's error when it cannot be read", async () => {
    await Recording.start();
    await expect(sharedClusterId("gone-shared")).rejects.toThrow(
      /the outputs of hostStack "gone-shared" cannot be read/,
    );
  });
});
