import * as k8s from "@pulumi/kubernetes";
import { RestoredVolumes } from "../../components/restored-volumes";
import type { ReadyVolume } from "../../core/data/restore";
import { only, Recording } from "../helpers/record-mocks";

const VOLUME: ReadyVolume = {
  claim: "data-db-0",
  name: "alice-dev-data-db-0-0a1b2c3d",
  region: "fra1",
  source: { kind: "snapshot", id: "s-1", giB: 5 },
  giB: 10,
  storageClass: "do-block-storage-xfs",
  fsType: "xfs",
  volumeMode: "Filesystem",
  wasUsed: true,
  accessModes: ["ReadWriteOnce"],
  volumeId: "v-1",
};

async function declared(volume: ReadyVolume) {
  const recording = await Recording.start();
  const provider = new k8s.Provider("cluster", {});
  const labels = { "ephemeral-doks/stack": "alice-dev" };
  new RestoredVolumes("data", { volumes: [volume], namespace: "alice-dev", labels, provider });
  return only(await recording.resources(), "kubernetes:core/v1:PersistentVolume");
}

test("reserves a volume for its claim, deletes it with the claim, and keeps it when no longer declared", async () => {
  const { inputs, options } = await declared(VOLUME);
  expect(inputs).toMatchObject({
    metadata: {
      name: "alice-dev-data-db-0-0a1b2c3d",
      annotations: { "pv.kubernetes.io/provisioned-by": "dobs.csi.digitalocean.com" },
    },
    spec: {
      capacity: { storage: "10Gi" },
      accessModes: ["ReadWriteOnce"],
      storageClassName: "do-block-storage-xfs",
      persistentVolumeReclaimPolicy: "Delete",
      claimRef: { namespace: "alice-dev", name: "data-db-0" },
      csi: {
        driver: "dobs.csi.digitalocean.com",
        volumeHandle: "v-1",
        fsType: "xfs",
        volumeAttributes: { "dobs.csi.digitalocean.com/noformat": "true" },
      },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: "region", operator: "In", values: ["fra1"] }] },
          ],
        },
      },
    },
  });
  expect(options).toMatchObject({ retainOnDelete: true, provider: "cluster" });
});

test("allows formatting of a volume that no node has used", async () => {
  const { inputs } = await declared({ ...VOLUME, wasUsed: false });
  expect(inputs).not.toHaveProperty("spec.csi.volumeAttributes");
});
