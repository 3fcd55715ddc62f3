import type { KubernetesObject } from "../../../core/manifests/manifest";
import { foreignVolumes } from "../../../core/rules/foreign-volumes";
import { object } from "../../helpers/kubernetes-objects";

const DRIVERS = ["dobs.csi.digitalocean.com"];
const pods = (kind: string, volume: object) =>
  object(kind, { template: { spec: { containers: [], volumes: [{ name: "data", ...volume }] } } });
const told = (...objects: KubernetesObject[]) =>
  foreignVolumes(objects, DRIVERS).map(({ message }) => message);
const disk = { gcePersistentDisk: { pdName: "data" } };
const inline = { csi: { driver: "secrets-store.csi.k8s.io" } };

it.each<[string, KubernetesObject, string]>([
  ["a disk of another cloud", pods("Deployment", disk), '"pd.csi.storage.gke.io" for its volume'],
  ["a driver", pods("StatefulSet", inline), '"secrets-store.csi.k8s.io" for its volume'],
  [
    "a PersistentVolume of another cloud",
    object("PersistentVolume", { awsElasticBlockStore: { volumeID: "v" } }),
    'PersistentVolume/persistentvolume: the cluster has no driver "ebs.csi.aws.com"',
  ],
  [
    "a PersistentVolume of another driver",
    object("PersistentVolume", { csi: { driver: "efs.csi.aws.com", volumeHandle: "fs" } }),
    '"efs.csi.aws.com" for its volume',
  ],
  [
    "a type that Kubernetes has removed",
    pods("Deployment", { glusterfs: { path: "data" } }),
    "Kubernetes no longer supports volumes of type glusterfs",
  ],
])("nothing mounts %s", (_, object, message) => {
  expect(told(object)).toEqual([expect.stringContaining(message)]);
});

it.each<[string, KubernetesObject[]]>([
  ["volumes of Kubernetes itself", [pods("Deployment", { emptyDir: {} })]],
  ["a volume over the network", [pods("Deployment", { nfs: { server: "nfs", path: "/" } })]],
  [
    "a volume of DigitalOcean",
    [object("PersistentVolume", { csi: { driver: "dobs.csi.digitalocean.com" } })],
  ],
  [
    "the driver that a tree declares",
    [
      pods("Deployment", inline),
      { ...object("CSIDriver", {}), metadata: { name: "secrets-store.csi.k8s.io" } },
    ],
  ],
  [
    "the driver that a tree brings to every node",
    [
      pods("Deployment", inline),
      pods("DaemonSet", { hostPath: { path: "/var/lib/kubelet/plugins/store" } }),
    ],
  ],
])("%s can be mounted", (_, objects) => {
  expect(told(...objects)).toEqual([]);
});
