import type { CloudPort } from "../../account/cloud-port";
import { type ErrorBody, TestEmulator } from "./support/test-emulator";
import type { ClusterBody } from "./support/wire-types";

type Named = readonly { readonly id: string; readonly name: string }[];
interface AssociatedBody {
  readonly load_balancers: Named;
  readonly volumes: Named;
  readonly volume_snapshots: Named;
}

let emulator: TestEmulator;
let cluster: ClusterBody;
let cloud: CloudPort;
let path: string;

beforeEach(async () => {
  emulator = await TestEmulator.start();
  cluster = await emulator.createCluster();
  cloud = emulator.controlPlanes.cloud;
  path = `/v2/kubernetes/clusters/${cluster.id}`;
});
afterEach(() => emulator.close());

function balance(serviceUid = "b0b", type: "REGIONAL" | "REGIONAL_NETWORK" = "REGIONAL_NETWORK") {
  return cloud.ensureLoadBalancer({
    clusterId: cluster.id,
    serviceUid,
    name: `a${serviceUid}`,
    type,
    region: "fra1",
    forwardingRules: [
      { entryProtocol: "tcp", entryPort: 80, targetProtocol: "tcp", targetPort: 30080 },
    ],
    dropletIds: cluster.node_pools[0]?.nodes.map((node) => Number(node.droplet_id)) ?? [],
    sizeUnit: 1,
    network: "EXTERNAL",
  });
}

function claim(name = "pvc-1") {
  return cloud.ensureVolume({
    clusterId: cluster.id,
    name,
    sizeGiB: 5,
    region: "fra1",
    description: "Created by the CSI driver",
  });
}

async function snapshotOf(volumeId: string): Promise<string> {
  const { body } = await emulator.call<{ snapshot: { id: string } }>(
    "POST",
    `/v2/volumes/${volumeId}/snapshots`,
    { name: "s" },
  );
  return body.snapshot.id;
}

/** How many load balancers, volumes and snapshots the account has. */
async function left(): Promise<number[]> {
  const totals = ["/v2/load_balancers", "/v2/volumes", "/v2/snapshots"].map(
    async (list) => (await emulator.get<{ meta: { total: number } }>(list)).body.meta.total,
  );
  return Promise.all(totals);
}

test("lists exactly the resources that a cluster created", async () => {
  const [loadBalancer, volume] = [balance(), claim()];
  const snapshot = await snapshotOf(volume.id);
  await emulator.call("POST", "/v2/volumes", { name: "mine", region: "fra1", size_gigabytes: 1 });

  const { body } = await emulator.get<AssociatedBody>(`${path}/destroy_with_associated_resources`);

  expect(body).toEqual({
    load_balancers: [{ id: loadBalancer.id, name: "ab0b" }],
    volumes: [{ id: volume.id, name: "pvc-1" }],
    volume_snapshots: [{ id: snapshot, name: "s" }],
  });
});

test("a plain delete leaves load balancers, volumes and snapshots behind", async () => {
  balance();
  await snapshotOf(claim().id);

  await emulator.call("DELETE", path);

  expect(await left()).toEqual([1, 1, 1]);
});

test("a dangerous delete deletes all of them, even attached volumes", async () => {
  balance();
  const { id } = claim();
  await snapshotOf(id);
  cloud.attachVolume(id, Number(cluster.node_pools[0]?.nodes[0]?.droplet_id), cluster.id);

  const { status } = await emulator.call(
    "DELETE",
    `${path}/destroy_with_associated_resources/dangerous`,
  );

  expect(status).toBe(204);
  expect(await left()).toEqual([0, 0, 0]);
  expect((await emulator.get(path)).status).toBe(404);
});

test("a selective delete deletes the named resources", async () => {
  const [first] = [claim("pvc-1"), claim("pvc-2"), balance()];

  const selection = { volumes: [first.id], load_balancers: null, volume_snapshots: [] };
  await emulator.call("DELETE", `${path}/destroy_with_associated_resources/selective`, selection);

  expect(await left()).toEqual([1, 1, 0]);
});

test("a selective delete of another owner's resource deletes nothing", async () => {
  claim();
  const selection = { volumes: ["another"] };

  const { status } = await emulator.call(
    "DELETE",
    `${path}/destroy_with_associated_resources/selective`,
    selection,
  );

  expect(status).toBe(404);
  expect((await emulator.get(path)).status).toBe(200);
});

test("answers 404 for a deleted cluster", async () => {
  await emulator.call("DELETE", path);

  expect((await emulator.get(`${path}/destroy_with_associated_resources`)).status).toBe(404);
});

describe("load balancers", () => {
  test("have an address of their own, the cluster's tag and its Droplets", async () => {
    const [one, other] = [balance("1"), balance("2")];
    const { body } = await emulator.get<{ load_balancer: object }>(`/v2/load_balancers/${one.id}`);

    expect(one.ip).toMatch(/^127\.\d+\.\d+\.\d+$/);
    expect(one.ip).not.toBe(other.ip);
    expect(body.load_balancer).toMatchObject({
      name: "a1",
      status: "active",
      type: "REGIONAL_NETWORK",
      tags: [`k8s:${cluster.id}`],
      droplet_ids: [Number(cluster.node_pools[0]?.nodes[0]?.droplet_id)],
      forwarding_rules: [expect.objectContaining({ entry_port: 80, target_port: 30080 })],
    });
  });

  test("of one Service stay the same after changes", async () => {
    const before = balance("1");
    const after = balance("1", "REGIONAL");

    expect([after.id, after.ip]).toEqual([before.id, before.ip]);
    expect(await left()).toEqual([1, 0, 0]);
  });

  test("can be deleted by the account behind the cluster's back", async () => {
    const { id } = balance();

    expect((await emulator.call("DELETE", `/v2/load_balancers/${id}`)).status).toBe(204);

    expect(cloud.loadBalancersOf(cluster.id)).toEqual([]);
    expect((await emulator.call("DELETE", `/v2/load_balancers/${id}`)).status).toBe(404);
    expect(() => cloud.deleteLoadBalancer(id)).not.toThrow();
  });
});

describe("volumes", () => {
  const volumes = "/v2/volumes";
  const droplet = () => Number(cluster.node_pools[0]?.nodes[0]?.droplet_id);
  const act = (id: string, action: object) =>
    emulator.call<ErrorBody>("POST", `${volumes}/${id}/actions`, action);

  test("of one claim are one", () => {
    expect(claim().id).toBe(claim().id);
  });

  test("that are attached cannot be deleted", async () => {
    const { id } = claim();
    expect((await act(id, { type: "attach", droplet_id: droplet() })).status).toBe(202);

    const refused = await emulator.call<ErrorBody>("DELETE", `${volumes}/${id}`);
    expect([refused.status, refused.body.message]).toEqual([
      409,
      "attached volume cannot be deleted",
    ]);

    expect((await act(id, { type: "detach", droplet_id: droplet() })).status).toBe(202);
    expect((await emulator.call("DELETE", `${volumes}/${id}`)).status).toBe(204);
  });

  test("are attached once, and only in their region", async () => {
    const { id } = claim();
    const elsewhere = await emulator.call<{ volume: { id: string } }>("POST", volumes, {
      name: "far",
      region: "nyc1",
      size_gigabytes: 1,
      // godo sends this for none.
      snapshot_id: "",
      filesystem_type: "",
      filesystem_label: "",
    });
    expect(elsewhere.status).toBe(201);
    await act(id, { type: "attach", droplet_id: droplet() });

    const again = await act(id, { type: "attach", droplet_id: droplet() });
    const far = await act(elsewhere.body.volume.id, { type: "attach", droplet_id: droplet() });
    const never = await act(elsewhere.body.volume.id, { type: "detach", droplet_id: droplet() });

    expect([again.status, again.body.message]).toEqual([422, "This volume is already attached"]);
    expect([far.status, far.body.message]).toEqual([422, expect.stringContaining("same region")]);
    expect([never.status, never.body.message]).toEqual([422, "Attachment not found"]);
  });

  test("are limited to seven per Droplet", async () => {
    const ids = Array.from({ length: 8 }, (_, index) => claim(`pvc-${index}`).id);
    const answers = [];
    for (const id of ids) {
      answers.push(await act(id, { type: "attach", droplet_id: droplet() }));
    }

    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202, 202, 202, 422]);
    expect(answers[7]?.body.message).toBe("cannot attach more volumes to the Droplet");
  });

  test("grow, and do not shrink", async () => {
    const { id } = claim();

    expect((await act(id, { type: "resize", size_gigabytes: 9 })).status).toBe(202);
    expect((await act(id, { type: "resize", size_gigabytes: 8 })).status).toBe(422);
    const { body } = await emulator.get<{ volume: { size_gigabytes: number } }>(`${volumes}/${id}`);
    expect(body.volume.size_gigabytes).toBe(9);
  });

  test.each([
    ["a name in use", { name: "taken" }, 409],
    ["a bad name", { name: "1st" }, 422],
    ["an unknown region", { region: "moon1" }, 422],
    ["no size", { size_gigabytes: undefined }, 422],
    ["too large a size", { size_gigabytes: 16385 }, 422],
    ["an unknown snapshot", { snapshot_id: "none" }, 404],
  ])("with %s are refused", async (_, changes, status) => {
    const request = { name: "taken", region: "fra1", size_gigabytes: 1 };
    await emulator.call("POST", volumes, request);

    const answer = await emulator.call("POST", volumes, { ...request, name: "free", ...changes });

    expect(answer.status).toBe(status);
  });
});
