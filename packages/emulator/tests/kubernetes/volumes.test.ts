import type { ApiClient } from "../../kubernetes/api/client";
import type { PersistentVolume, PersistentVolumeClaim } from "../../kubernetes/api/objects";
import { eventually } from "./support/eventually";
import {
  awaitEvent,
  awaitGone,
  awaitReplicas,
  CLAIMS,
  claim,
  EVENTS,
  PODS,
  pod,
  podTemplate,
  STATEFUL_SETS,
} from "./support/manifests";
import { START_TIMEOUT_MS, TestCluster } from "./support/test-cluster";

const VOLUME_SNAPSHOTS = "/apis/snapshot.storage.k8s.io/v1/namespaces/default/volumesnapshots";
const STORAGE_CLASSES = "/apis/storage.k8s.io/v1/storageclasses";

jest.setTimeout(START_TIMEOUT_MS);

describe("a claim", () => {
  let cluster: TestCluster;
  let client: ApiClient;

  beforeAll(async () => {
    cluster = await TestCluster.start();
    client = cluster.client();
  });

  afterAll(() => cluster.dispose());

  async function bound(name: string): Promise<PersistentVolume> {
    const { spec } = await eventually(
      () => client.get<PersistentVolumeClaim>(`${CLAIMS}/${name}`),
      ({ status }) => status?.phase === "Bound",
    );
    return client.get(`/api/v1/persistentvolumes/${spec.volumeName}`);
  }

  function volumeOf(volume: PersistentVolume) {
    return cluster.cloud.volumes.get(volume.spec.csi?.volumeHandle ?? "");
  }

  test("finds DigitalOcean's storage classes, of which one is the default", async () => {
    const { items } = await client.get<{ items: { metadata: { name: string } }[] }>(
      STORAGE_CLASSES,
    );
    expect(items.map(({ metadata }) => metadata.name)).toEqual([
      "do-block-storage",
      "do-block-storage-retain",
      "do-block-storage-xfs",
      "do-block-storage-xfs-retain",
    ]);
    expect(items[0]?.metadata).toMatchObject({
      annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
    });
  });

  test("of the default class gets a volume of whole GiB, which is deleted with it", async () => {
    await client.create(CLAIMS, claim("data", "1500Mi"));
    const volume = await bound("data");
    const { uid } = (await client.get<PersistentVolumeClaim>(`${CLAIMS}/data`)).metadata;
    expect(volume.metadata.name).toBe(`pvc-${uid}`);
    expect(volumeOf(volume)).toMatchObject({
      clusterId: cluster.spec.clusterId,
      name: `pvc-${uid}`,
      sizeGiB: 2,
    });
    await client.delete(`${CLAIMS}/data`);
    await awaitGone(client, `/api/v1/persistentvolumes/pvc-${uid}`);
    expect(volumeOf(volume)).toBeUndefined();
  });

  test("of a class that retains leaves its volume in the account", async () => {
    await client.create(
      CLAIMS,
      claim("kept", "1Gi", { storageClassName: "do-block-storage-retain" }),
    );
    const volume = await bound("kept");
    const path = `/api/v1/persistentvolumes/${volume.metadata.name}`;
    await client.delete(`${CLAIMS}/kept`);
    await eventually(
      () => client.get<PersistentVolume>(path),
      ({ status }) => status?.phase === "Released",
    );
    await client.delete(path);
    await awaitGone(client, path);
    expect(volumeOf(volume)).toBeDefined();
  });

  test("grows with its request", async () => {
    await client.create(CLAIMS, claim("growing", "1Gi"));
    const volume = await bound("growing");
    await client.patch(`${CLAIMS}/growing`, {
      spec: { resources: { requests: { storage: "5Gi" } } },
    });
    await eventually(
      () => client.get<PersistentVolumeClaim>(`${CLAIMS}/growing`),
      ({ status }) => status?.capacity?.storage === "5Gi",
    );
    expect(volumeOf(volume)?.sizeGiB).toBe(5);
  });

  test("waits for its first consumer if the class requires it", async () => {
    await client.create(STORAGE_CLASSES, {
      metadata: { name: "late" },
      provisioner: "dobs.csi.digitalocean.com",
      volumeBindingMode: "WaitForFirstConsumer",
    });
    await client.create(CLAIMS, claim("late", "1Gi", { storageClassName: "late" }));
    await awaitEvent(client, "WaitForFirstConsumer");
    const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "late" } }];
    await client.create(PODS, pod("consumer", { spec: { volumes } }));
    expect(volumeOf(await bound("late"))).toBeDefined();
  });

  test("is refused a volume that several nodes could write to, with the reason", async () => {
    await client.create(CLAIMS, claim("shared", "1Gi", { accessModes: ["ReadWriteMany"] }));
    expect(await awaitEvent(client, "ProvisioningFailed", "shared")).toContain(
      "access mode ReadWriteMany is not supported",
    );
  });

  test("of a StatefulSet's pod is attached to the pod's node while the pod runs", async () => {
    await client.create(STATEFUL_SETS, {
      metadata: { name: "db" },
      spec: {
        serviceName: "db",
        replicas: 2,
        selector: { matchLabels: { app: "db" } },
        template: podTemplate("db", {
          container: { volumeMounts: [{ name: "data", mountPath: "/data" }] },
        }),
        volumeClaimTemplates: [claim("data", "1Gi")],
      },
    });
    await awaitReplicas(client, `${STATEFUL_SETS}/db`, 2);
    const volumes = [await bound("data-db-0"), await bound("data-db-1")];
    const ids = volumes.map((volume) => volume.spec.csi?.volumeHandle ?? "");
    const droplets = () => ids.map((id) => cluster.cloud.attachments.get(id));
    await eventually(droplets, (attached) => attached.every((droplet) => droplet === 1001));
    await client.delete(`${STATEFUL_SETS}/db`);
    await eventually(droplets, (attached) => attached.every((droplet) => droplet === undefined));
    expect(ids.every((id) => cluster.cloud.volumes.has(id))).toBe(true);
  });

  test("of a VolumeSnapshot gets a volume of the snapshot in the requested size", async () => {
    await client.create(CLAIMS, claim("source", "1Gi"));
    const source = await bound("source");
    await client.create(VOLUME_SNAPSHOTS, {
      ...{ apiVersion: "snapshot.storage.k8s.io/v1", kind: "VolumeSnapshot" },
      metadata: { name: "before" },
      spec: { source: { persistentVolumeClaimName: "source" } },
    });
    const dataSource = {
      ...{ apiGroup: "snapshot.storage.k8s.io", kind: "VolumeSnapshot", name: "before" },
    };
    await client.create(CLAIMS, claim("copy", "3Gi", { dataSource }));

    const copy = await bound("copy");
    const [taken] = [...cluster.cloud.snapshots.values()];
    expect(volumeOf(copy)).toMatchObject({ sizeGiB: 3, snapshotId: taken?.id });
    expect(taken?.sizeGiB).toBe(volumeOf(source)?.sizeGiB);
    await client.delete(`${VOLUME_SNAPSHOTS}/before`);
    await awaitGone(client, `${VOLUME_SNAPSHOTS}/before`);
    expect(cluster.cloud.snapshots.size).toBe(0);
  });

  test.each([
    ["com.digitalocean.csi/noformat", "formatted"],
    ["dobs.csi.digitalocean.com/noformat", "FailedMount"],
    ["com.digitalocean.csi.dobs/noformat", "FailedMount"],
  ])("of a static volume with the attribute %s: %s", async (key, outcome) => {
    const name = key.replaceAll(/[./]/g, "-");
    const { id } = cluster.cloud.ensureVolume({ clusterId: "", name, sizeGiB: 1 });
    await client.create("/api/v1/persistentvolumes", {
      metadata: { name },
      spec: {
        capacity: { storage: "1Gi" },
        accessModes: ["ReadWriteOnce"],
        storageClassName: "do-block-storage",
        claimRef: { namespace: "default", name },
        csi: {
          driver: "dobs.csi.digitalocean.com",
          volumeHandle: id,
          volumeAttributes: { [key]: "true" },
        },
      },
    });
    await client.create(CLAIMS, claim(name, "1Gi"));
    const volumes = [{ name: "data", persistentVolumeClaim: { claimName: name } }];
    await client.create(PODS, pod(name, { spec: { volumes } }));
    const reasons = async () => {
      const path = `${EVENTS}?fieldSelector=involvedObject.name%3D${name}`;
      const { items } = await client.get<{ items: { reason: string }[] }>(path);
      return [
        ...items.map(({ reason }) => reason),
        ...(cluster.cloud.formatted.has(id) ? ["formatted"] : []),
      ];
    };

    const found = await eventually(reasons, (all) => all.includes(outcome));
    expect(found.includes("formatted")).toBe(outcome === "formatted");
    await client.delete(`${PODS}/${name}`);
  });

  test("leaves its volume behind when the cluster is removed", async () => {
    const volume = await bound("growing");
    await cluster.controlPlanes.remove(cluster.spec.clusterId);
    expect(volumeOf(volume)).toBeDefined();
  });
});
