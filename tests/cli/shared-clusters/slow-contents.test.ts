import { setTimeout as sleep } from "node:timers/promises";
import { withSlowContentsDeleted } from "../../../cli/shared-clusters/slow-contents";
import { clusterWith } from "./support/fake-cluster";

const PATH = "/api/v1/namespaces/alice-dev";
const SLOW = [`${PATH}/pods`, `${PATH}/persistentvolumeclaims`, `${PATH}/services`];

/** A cluster with the namespace as it is seen look by look, and what is removed from it. */
function trial(...looks: readonly (object | undefined)[]) {
  let seen = 0;
  const objects = clusterWith({});
  objects.find = <T>() => Promise.resolve(looks[Math.min(seen++, looks.length - 1)] as T);
  const removed: string[] = [];
  objects.remove = jest.fn((path) => Promise.resolve(void removed.push(path)));
  const sharedNamespace = {
    clusterId: "c-1",
    namespace: "alice-dev",
    objects,
    accountResources: [],
    boundVolumes: [],
  };
  return { objects, removed, sharedNamespace, looks: () => seen };
}

/** Longer than between two looks. */
const PAUSE_MS = 300;

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await sleep(5);
  }
}

const STAYS = { metadata: { name: "alice-dev" } };
const GOES = { metadata: { name: "alice-dev", deletionTimestamp: "2026-11-23T12:00:00Z" } };
/** Work that ends when it is told to. */
function open() {
  let end: (error?: Error) => void = () => {};
  const work = () =>
    new Promise<string>((resolve, reject) => {
      end = (error) => (error === undefined ? resolve("done") : reject(error));
    });
  return { work, end: (error?: Error) => end(error) };
}

describe("while a namespace is deleted", () => {
  it("deletes slow objects only after the namespace is terminating", async () => {
    const { sharedNamespace, removed, looks } = trial(STAYS, STAYS, GOES);
    const { work, end } = open();
    const result = withSlowContentsDeleted(sharedNamespace, work);
    await until(() => looks() === 2);
    expect(removed).toEqual([]);
    await until(() => removed.length > 0);
    expect(removed).toEqual(SLOW);
    await sleep(PAUSE_MS);
    expect([looks(), removed]).toEqual([3, SLOW]);
    end();
    expect(await result).toBe("done");
  });

  it("deletes nothing when the work ends first", async () => {
    const { sharedNamespace, removed, looks } = trial(STAYS);
    const { work, end } = open();
    const result = withSlowContentsDeleted(sharedNamespace, work);
    await until(() => looks() === 2);
    end(new Error("protected"));
    await expect(result).rejects.toThrow(/^protected$/);
    const before = looks();
    await sleep(PAUSE_MS);
    expect([looks(), removed]).toEqual([before, []]);
  });

  it("does nothing without a namespace or a cluster", async () => {
    const { sharedNamespace, removed, looks } = trial(undefined);
    const { objects: _, ...homeless } = sharedNamespace;
    for (const place of [sharedNamespace, homeless, undefined]) {
      expect(await withSlowContentsDeleted(place, () => Promise.resolve("done"))).toBe("done");
    }
    expect([looks(), removed]).toEqual([1, []]);
  });

  it("leaves objects that it cannot delete to the namespace controller", async () => {
    const { sharedNamespace, objects } = trial(GOES);
    objects.remove = jest.fn(() => Promise.reject(new Error("403")));
    expect(await withSlowContentsDeleted(sharedNamespace, () => Promise.resolve("done"))).toBe(
      "done",
    );
    expect(objects.remove).toHaveBeenCalledTimes(3);
  });
});
