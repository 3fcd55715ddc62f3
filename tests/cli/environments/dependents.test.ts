import type { DigitalOcean } from "../../../cli/account/digitalocean";
import { requireNoDependents } from "../../../cli/environments/dependents";
import { ClusterObjects } from "../../../cli/shared-clusters/cluster-objects";
import type { SharedNamespace } from "../../../cli/shared-clusters/shared-namespace";
import type { StackRecord } from "../../../cli/stacks/record";
import { otherStacks } from "../../../cli/stacks/stacks";
import { clusterWith, listOf } from "../shared-clusters/support/fake-cluster";
import { recordOf } from "../support/records";
import { Workplace } from "../support/workplace";

let place: Workplace;

const HOST = recordOf({
  stack: "team-shared",
  hasResources: true,
  outputs: { placement: "host", clusterId: "c-1" },
});
const tenant = (stack: string, outputs: object = {}) =>
  recordOf({
    stack,
    hasResources: true,
    outputs: { placement: "namespace", clusterId: "c-1", namespace: stack, ...outputs },
  });
const namespace = (name: string, stack = name, project = "shop") => ({
  metadata: { name, labels: { "ephemeral-doks/project": project, "ephemeral-doks/stack": stack } },
});

let namespaces: object[] | undefined;
beforeEach(() => {
  place = new Workplace();
  place.stacks(HOST);
  namespaces = [];
  jest
    .spyOn(ClusterObjects, "open")
    .mockImplementation(() =>
      Promise.resolve(namespaces && clusterWith({ "/api/v1/namespaces": listOf(...namespaces) })),
    );
});
afterEach(() => {
  jest.restoreAllMocks();
  place.remove();
});

const check = async (
  record: StackRecord,
  clusterIds: string[] = [],
  sharedNamespace?: SharedNamespace,
) => {
  const trace = {
    clusterIds,
    strays: [],
    foreign: [],
    ...(sharedNamespace ? { sharedNamespace } : {}),
  };
  const others = await otherStacks(place.context(), record.stack);
  return requireNoDependents(place.context(), {} as DigitalOcean, record, trace, others);
};

describe("a domain", () => {
  const outputs = { placement: "domain", domain: "dev.example.com" };
  const domain = recordOf({ stack: "team-domain", hasResources: true, outputs });
  const below = (stack: string, name: string) =>
    recordOf({ stack, hasResources: true, outputs: { placement: "cluster", domain: name } });
  const zone = (...records: object[]) =>
    ({ domainRecords: () => Promise.resolve(records) }) as unknown as DigitalOcean;
  const checkDomain = async (account: DigitalOcean) => {
    const trace = { clusterIds: [], strays: [], foreign: [] };
    const others = await otherStacks(place.context(), domain.stack);
    return requireNoDependents(place.context(), account, domain, trace, others);
  };

  it("may be deleted when the zone has only its own records", async () => {
    place.stacks(domain, below("bob-dev", "other.example.com"));
    const own = ["NS", "SOA"].map((type) => ({ id: 1, type, name: "@", data: "x" }));
    await expect(checkDomain(zone(...own))).resolves.toBeUndefined();
  });

  it("is kept by environments below it, and by any other record", async () => {
    place.stacks(domain, below("alice-dev", "dev.example.com"));
    const record = { id: 7, type: "A", name: "www", data: "192.0.2.1" };
    await expect(checkDomain(zone(record))).rejects.toThrow(
      /alice-dev answers below its domain\n.*record 7 of its domain belongs to someone else \(www A 192\.0\.2\.1\)/,
    );
  });
});

describe("a shared cluster", () => {
  it("may be deleted without tenants", async () => {
    namespaces = [namespace("entrance", "team-shared")];
    await expect(check(HOST, ["c-1"])).resolves.toBeUndefined();
  });

  it("is kept by stacks that name it or its cluster, and by namespaces that only the cluster shows", async () => {
    place.stacks(
      tenant("alice-dev", { hostStack: "team-shared", clusterId: "c-0" }),
      tenant("bob-dev"),
      tenant("carl-dev", { clusterId: "c-2" }),
    );
    namespaces = [namespace("alice-dev"), namespace("dora-dev", "dora-dev", "other")];
    await expect(check(HOST, ["c-1"])).rejects.toMatchObject({
      message: `others depend on "team-shared":
  - alice-dev lives on its cluster
  - bob-dev lives on its cluster
  - dora-dev of project other, in namespace dora-dev, which no stack of this backend owns`,
      fix: "take them down first: doks-env down alice-dev",
    });
  });

  it("may be deleted when its cluster no longer exists", async () => {
    namespaces = undefined;
    await expect(check(HOST, ["c-1"])).resolves.toBeUndefined();
  });

  it("is kept when its cluster cannot be read", async () => {
    jest.spyOn(ClusterObjects, "open").mockRejectedValue(new Error("it does not answer"));
    await expect(check(HOST, ["c-1"])).rejects.toThrow("it does not answer");
  });
});

describe("an environment", () => {
  it("is kept by environments that use its services", async () => {
    place.stacks(tenant("main-dev"), tenant("pr-7-ci", { baseline: "main-dev" }));
    await expect(check(tenant("main-dev"))).rejects.toThrow("pr-7-ci uses its services");
    await expect(check(tenant("pr-7-ci"))).resolves.toBeUndefined();
  });

  it("is also kept by environments of another backend that use its services", async () => {
    const user = namespace("eve-ci");
    const labels = { ...user.metadata.labels, "ephemeral-doks/baseline": "main-dev" };
    const objects = clusterWith({
      "/api/v1/namespaces": listOf(namespace("main-dev"), namespace("bob-dev"), {
        metadata: { ...user.metadata, labels },
      }),
    });
    const sharedNamespace = {
      clusterId: "c-1",
      namespace: "main-dev",
      accountResources: [],
      boundVolumes: [],
      objects,
    };
    await expect(check(tenant("main-dev"), [], sharedNamespace)).rejects.toThrow(
      /main-dev":\n {2}- eve-ci of project shop, in namespace eve-ci, which no stack of this backend owns$/,
    );
  });

  it("with its own cluster is kept by the tenants of that cluster", async () => {
    place.stacks(tenant("bob-dev"));
    const alone = recordOf({
      hasResources: true,
      outputs: { placement: "cluster", clusterId: "c-1" },
    });
    await expect(check(alone, ["c-1"])).rejects.toThrow("bob-dev lives on its cluster");
    expect(ClusterObjects.open).not.toHaveBeenCalled();
  });
});
