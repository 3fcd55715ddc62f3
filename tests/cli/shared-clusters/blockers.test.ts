import { BlockedError, withBlockersReported } from "../../../cli/shared-clusters/blocked";
import { blockersOf, describeBlocker, releaseCommand } from "../../../cli/shared-clusters/blockers";
import { clusterWith, listOf } from "./support/fake-cluster";

const LEAVING = {
  metadata: { name: "alice-dev", deletionTimestamp: "2026-11-23T12:00:00Z" },
  status: {
    conditions: [
      { type: "NamespaceDeletionContentFailure", message: "All content successfully deleted" },
      {
        type: "NamespaceContentRemaining",
        message:
          "Some resources are remaining: certificates.cert-manager.io has 1 resource instances, configmaps. has 2 resource instances",
      },
    ],
  },
};
const HELD = { metadata: { name: "held", finalizers: ["example.com/hold"] } };
const CLUSTER = clusterWith({
  "/api/v1/namespaces/alice-dev": LEAVING,
  "/api/v1/namespaces/alice-dev/configmaps": listOf(HELD, { metadata: { name: "going" } }),
  "/apis/cert-manager.io": { preferredVersion: { groupVersion: "cert-manager.io/v1" } },
  "/apis/cert-manager.io/v1/namespaces/alice-dev/certificates": listOf({
    metadata: { name: "web", finalizers: ["a/b", "c/d"] },
  }),
});
const SHARED_NAMESPACE = {
  clusterId: "c-1",
  namespace: "alice-dev",
  accountResources: [],
  boundVolumes: [],
};

describe("what blocks a namespace's deletion", () => {
  it("is every object with a finalizer, of the kinds in the namespace's conditions", async () => {
    const blockers = await blockersOf(CLUSTER, "alice-dev");
    expect(blockers.map(describeBlocker)).toEqual([
      "certificates.cert-manager.io/web (finalizers a/b, c/d)",
      "configmaps/held (finalizer example.com/hold)",
    ]);
  });

  it("is nothing for a namespace that stays, or is gone", async () => {
    const staying = clusterWith({ "/api/v1/namespaces/alice-dev": { metadata: { name: "x" } } });
    expect(await blockersOf(staying, "alice-dev")).toEqual([]);
    expect(await blockersOf(clusterWith({}), "alice-dev")).toEqual([]);
  });

  it("is released by a command that names it", () => {
    const blocker = { resource: "configmaps", name: "held", finalizers: ["example.com/hold"] };
    expect(releaseCommand("alice-dev", blocker)).toBe(
      `kubectl -n alice-dev patch configmaps held --type merge --patch '{"metadata":{"finalizers":null}}'`,
    );
  });
});

describe("work that deletes a namespace", () => {
  const progress = { note: jest.fn() };
  const failing = () => Promise.reject(new Error("timed out"));

  it("fails with the blocking objects, and a command as the fix", async () => {
    const work = withBlockersReported({ ...SHARED_NAMESPACE, objects: CLUSTER }, progress, failing);
    const error = await work.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BlockedError);
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /^namespace "alice-dev" of cluster c-1 cannot be deleted because of certificates.*, configmaps\/held \(finalizer example.com\/hold\): timed out$/,
      ),
      fix: expect.stringContaining("patch certificates.cert-manager.io web --type merge"),
    });
  });

  it("keeps its own error without blocking objects, or if they are unknown", async () => {
    const nothing = { ...SHARED_NAMESPACE, objects: clusterWith({}) };
    for (const sharedNamespace of [undefined, SHARED_NAMESPACE, nothing]) {
      await expect(withBlockersReported(sharedNamespace, progress, failing)).rejects.toThrow(
        /^timed out$/,
      );
    }
  });

  it("releases and reports objects after two minutes, except finalizers of Kubernetes and DigitalOcean", async () => {
    jest.useFakeTimers();
    try {
      const cleanup = "service.kubernetes.io/load-balancer-cleanup";
      const web = { metadata: { name: "web", finalizers: [cleanup, "example.com/hold"] } };
      const lb = { metadata: { name: "lb", finalizers: [cleanup] } };
      const forged = { metadata: { name: "forged", finalizers: [cleanup, "foregroundDeletion"] } };
      const services = "/api/v1/namespaces/alice-dev/services";
      const maps = "/api/v1/namespaces/alice-dev/configmaps";
      const change = jest.fn(() => Promise.resolve());
      const cluster = clusterWith(
        {
          "/api/v1/namespaces/alice-dev": {
            ...LEAVING,
            status: {
              conditions: [
                {
                  type: "NamespaceContentRemaining",
                  message:
                    "services. has 2 resource instances, configmaps. has 1 resource instances",
                },
              ],
            },
          },
          [services]: listOf(web, lb),
          [maps]: listOf(forged),
        },
        change,
      );
      let end = () => {};
      const work = withBlockersReported(
        { ...SHARED_NAMESPACE, objects: cluster },
        { note: jest.fn() },
        () => new Promise<void>((resolve) => (end = resolve)),
      );
      await jest.advanceTimersByTimeAsync(119_000);
      expect(change).not.toHaveBeenCalled();
      await jest.advanceTimersByTimeAsync(30_000);
      expect(change.mock.calls).toEqual([
        [`${services}/web`, { metadata: { finalizers: [cleanup] } }],
        [`${maps}/forged`, { metadata: { finalizers: ["foregroundDeletion"] } }],
      ]);
      end();
      expect(await work).toMatchObject([
        { resource: "services", name: "web", finalizers: ["example.com/hold"] },
        { resource: "configmaps", name: "forged", finalizers: [cleanup] },
      ]);
    } finally {
      jest.useRealTimers();
    }
  });

  it("prints each blocking object once", async () => {
    jest.useFakeTimers();
    try {
      let end = () => {};
      const work = withBlockersReported(
        { ...SHARED_NAMESPACE, objects: CLUSTER },
        progress,
        () => new Promise<void>((resolve) => (end = resolve)),
      );
      await jest.advanceTimersByTimeAsync(65_000);
      expect(progress.note.mock.calls.flat()).toEqual([
        "  … the namespace waits for certificates.cert-manager.io/web (finalizers a/b, c/d)",
        "  … the namespace waits for configmaps/held (finalizer example.com/hold)",
      ]);
      end();
      await work;
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });
});
