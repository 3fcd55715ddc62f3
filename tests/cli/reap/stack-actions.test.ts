import { stackRevision } from "../../../cli/reap/known-stack";
import { openActions } from "../../../cli/reap/stack-actions";
import { requireStack } from "../../../cli/stacks/stacks";
import { idTag } from "../../../core/digitalocean-tags";
import { TestEmulator } from "../../../packages/emulator/tests/api/support/test-emulator";
import { lockOfDeadProcess } from "../stacks/support/dead-owner";
import { ClusterServer } from "../support/cluster-server";
import { hurry } from "../support/hurry";
import { FOREIGN_LOCK } from "../support/records";
import { Trial } from "../support/trial";
import { NOW } from "../support/workplace";

// Claim: a decision about a stack is not applied to another state of the stack.

const ID = "7c7dc0f5-7d3a-4b77-9d5e-7e9a5c1b0f44";
const TAGS = ["project:shop", "stack:alice-dev", idTag(ID)];

let server: ClusterServer;
beforeAll(async () => {
  server = await ClusterServer.start();
});
afterAll(() => server.close());

let emulator: TestEmulator;
let place: Trial;
let clusterId: string;
/** As the stack was when it was judged. */
let revision: string;
beforeEach(async () => {
  emulator = await TestEmulator.start();
  emulator.controlPlanes.endpoint = server.endpoint;
  server.clear();
  clusterId = (await emulator.createCluster({ name: "alice-dev", tags: TAGS })).id;
  place = new Trial(emulator);
  await isUp();
  revision = await revisionNow();
  place.pulumi.on("destroy", async () => {
    await place.account.deleteCluster(clusterId);
    place.empty("alice-dev");
    return {};
  });
  hurry();
});
afterEach(async () => {
  jest.restoreAllMocks();
  place.remove();
  await emulator.close();
});

async function revisionNow(): Promise<string> {
  return stackRevision(place.env, await requireStack(place.context(), "alice-dev"));
}

async function isUp(time?: string): Promise<void> {
  const { uuid: account } = await place.account.identity();
  place.isUp("alice-dev", server, { clusterId }, { id: ID, account }, time);
}

describe.each(["destroy", "sleep"] as const)("actions that %s", (what) => {
  const act = (more: { readonly revision?: string }) => {
    const actions = openActions(place.context(), place.account, {} as never, undefined);
    const bounds = { signal: place.abort.signal, clusterIds: [clusterId], ...more };
    return what === "destroy"
      ? actions.destroy("alice-dev", bounds, "it is expired")
      : actions.sleep("alice-dev", bounds);
  };
  const expectDone = () => {
    const done = what === "destroy" ? ["destroy", "stack rm"] : ["destroy"];
    expect(place.pulumi.commands).toEqual(done);
  };

  it("run as long as the stack is unchanged", async () => {
    await act({ revision });
    expectDone();
  });

  it.each<[string, () => Promise<void> | void]>([
    ["was updated", () => isUp("2026-11-23T11:59:00Z")],
    [
      "has another tag, as of a touch, an extension or its protection",
      () => place.backend.tags("alice-dev", { lastUsed: NOW.toISOString() }),
    ],
    ["cannot be read", () => place.backend.stack("alice-dev", '{"x')],
  ])("skip a stack that %s", async (_, change) => {
    await change();
    await expect(act({ revision })).rejects.toMatchObject({ name: "ChangedError" });
    expect(place.pulumi.commands).toEqual([]);
  });

  it("break the lock of a killed process, which is not a change of the stack", async () => {
    place.lock("alice-dev", await lockOfDeadProcess(place.env));
    revision = await revisionNow();
    place.pulumi.on("cancel", () => {
      place.backend.unlock("alice-dev");
      return {};
    });
    await act({ revision });
    expect(place.pulumi.commands[0]).toBe("cancel");
    expect(await place.account.clusters()).toEqual([]);
  });

  it("skip a locked stack", async () => {
    place.lock("alice-dev", FOREIGN_LOCK);
    await expect(act({ revision })).rejects.toThrow("is locked by alice@");
    expect(place.pulumi.commands).toEqual([]);
  });

  it("skip a stack with a cluster that the plan does not contain", async () => {
    const { id } = await emulator.createCluster({ name: "stray", tags: TAGS });
    await expect(act({ revision })).rejects.toThrow(`the plan does not contain its cluster ${id}`);
    await expect(act({})).rejects.toMatchObject({ name: "ChangedError" });
    expect(place.pulumi.commands).toEqual([]);
  });

  it("continue their own work at the second try", async () => {
    await isUp("2026-11-23T11:59:00Z");
    await act({});
    expectDone();
  });
});

it("an environment whose data cannot be kept stays up, and the act fails with the claim and the reason", async () => {
  const volume = "0d3db13e-a604-4944-9827-7ec2642d32ac";
  server.holds("alice-dev", { claim: "db", volume: "pvc-1", id: volume });
  const actions = openActions(place.context(), place.account, {} as never, undefined);
  const asleep = actions.sleep("alice-dev", {
    ...{ signal: place.abort.signal, clusterIds: [clusterId], revision },
  });
  await expect(asleep).rejects.toThrow(
    "claim db cannot be kept: DigitalOcean does not list its volume",
  );
  expect(place.pulumi.commands).toEqual([]);
  expect(await place.account.clusters()).toHaveLength(1);
});
