import timers from "node:timers/promises";
import type { Cluster, DigitalOcean } from "../../../cli/account/digitalocean";
import { deleteStrays, traceOf, untilGone } from "../../../cli/environments/teardown";

import { recordOf } from "../support/records";
import { Workplace } from "../support/workplace";

const OURS = ["project:shop", "stack:alice-dev"];
const cluster = (id: string, tags: string[]) => ({ id, name: id, tags }) as unknown as Cluster;

/** An account in which there are these clusters, and nothing else. */
class FakeAccount {
  public constructor(public all: Cluster[]) {}
  public readonly clusters = () => Promise.resolve(this.all);
  public readonly droplets = () => Promise.resolve([]);
  public readonly loadBalancers = this.droplets;
  public readonly volumes = this.droplets;
  public readonly volumeSnapshots = this.droplets;
  public readonly deleteCluster = jest.fn((id: string) => {
    this.all = this.all.filter((each) => each.id !== id);
    return Promise.resolve();
  });
  public readonly asAccount = () => this as unknown as DigitalOcean;
}

const account = (...clusters: Cluster[]) => new FakeAccount(clusters);

describe("the trace of an environment", () => {
  let place: Workplace;
  beforeEach(() => {
    place = new Workplace();
  });
  afterEach(() => place.remove());

  it("is its tags, the cluster that its state knows, and those that have the tags", async () => {
    const { asAccount } = account(
      cluster("stray", ["k8s", ...OURS]),
      cluster("c-1", OURS),
      cluster("bob's", ["project:shop", "stack:bob-dev"]),
    );
    const up = recordOf({ hasResources: true, outputs: { clusterId: "c-1" } });
    expect(await traceOf(place.context(), asAccount(), up)).toEqual({
      tags: OURS,
      clusterIds: ["c-1", "stray"],
    });
    const none = recordOf({ stack: "carl-dev" });
    expect(await traceOf(place.context(), asAccount(), none)).toEqual({
      tags: ["project:shop", "stack:carl-dev"],
      clusterIds: [],
    });
  });
});

describe("clusters that are in no state", () => {
  it("are deleted, and it is said which; others' are not", async () => {
    const fake = account(cluster("stray", OURS), cluster("bob's", ["project:shop"]));
    const said: string[] = [];
    await deleteStrays(fake.asAccount(), { tags: OURS, clusterIds: [] }, (line) => said.push(line));
    expect(fake.deleteCluster.mock.calls).toEqual([["stray"]]);
    expect(said).toEqual(["deleting cluster stray, which Pulumi did not know of"]);
  });
});

describe("waiting until all is gone", () => {
  const TRACE = { tags: OURS, clusterIds: ["c-1"] };
  const UNTIL_DONE = new AbortController().signal;
  let pause: jest.SpyInstance;
  beforeEach(() => {
    pause = jest.spyOn(timers, "setTimeout");
  });
  afterEach(() => {
    pause.mockRestore();
    jest.useRealTimers();
  });

  it("ends when it is", async () => {
    const fake = account(cluster("c-1", OURS));
    pause.mockImplementation(() => {
      fake.all = [];
      return Promise.resolve();
    });
    expect(await untilGone(fake.asAccount(), TRACE, UNTIL_DONE)).toEqual([]);
    expect(pause).toHaveBeenCalledTimes(1);
  });

  it("ends after ten minutes with what is left", async () => {
    jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask", "setImmediate"] });
    const fake = account(cluster("c-1", OURS));
    pause.mockImplementation((ms: number) => {
      jest.setSystemTime(Date.now() + ms);
      return Promise.resolve();
    });
    const started = Date.now();
    expect(await untilGone(fake.asAccount(), TRACE, UNTIL_DONE)).toMatchObject([
      { kind: "clusters", id: "c-1" },
    ]);
    expect(Date.now() - started).toBeGreaterThan(600_000);
    expect(Date.now() - started).toBeLessThan(610_000);
  });

  it("ends at once with its signal: at Ctrl-C, and when the reaper's time for one is over", async () => {
    const abort = new AbortController();
    const fake = account(cluster("c-1", OURS));
    const waiting = untilGone(fake.asAccount(), TRACE, abort.signal);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  });
});
