import type { ApiClient } from "./api/client";
import { CSI_DRIVER } from "./csi/driver";

const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const STORAGE = "/apis/storage.k8s.io/v1";

/** The group of all users that DigitalOcean admits to a cluster. In DOKS they are administrators. */
const DOKS_USERS = "k8saas:authenticated";

/** Creates the objects of every new DOKS cluster. Existing objects stay unchanged. */
export async function createBootstrapObjects(client: ApiClient): Promise<void> {
  await Promise.all([
    ...storageClasses().map((object) => client.createIfAbsent(`${STORAGE}/storageclasses`, object)),
    client.createIfAbsent(`${STORAGE}/csidrivers`, {
      metadata: { name: CSI_DRIVER },
      spec: { attachRequired: true, podInfoOnMount: true },
    }),
    client.createIfAbsent(`${RBAC}/clusterrolebindings`, {
      metadata: { name: "doks-users" },
      roleRef: roleRef("cluster-admin"),
      subjects: [{ kind: "Group", apiGroup: "rbac.authorization.k8s.io", name: DOKS_USERS }],
    }),
    client.createIfAbsent(`${RBAC}/clusterroles`, kwokRole()),
    client.createIfAbsent(`${RBAC}/clusterrolebindings`, {
      metadata: { name: "system:kwok" },
      roleRef: roleRef("system:kwok"),
      subjects: [{ kind: "User", apiGroup: "rbac.authorization.k8s.io", name: "system:kwok" }],
    }),
  ]);
}

/**
 * Source: csi-digitalocean, deploy/kubernetes/releases/csi-digitalocean-v4.16.0/driver.yaml
 */
function storageClasses(): object[] {
  const storageClass = (name: string, specific: object, annotations = {}) => ({
    metadata: { name, annotations },
    provisioner: CSI_DRIVER,
    allowVolumeExpansion: true,
    ...specific,
  });
  const xfs = { parameters: { fstype: "xfs" } };
  const retain = { reclaimPolicy: "Retain" };
  const isDefault = { "storageclass.kubernetes.io/is-default-class": "true" };
  return [
    storageClass("do-block-storage", {}, isDefault),
    storageClass("do-block-storage-retain", retain),
    storageClass("do-block-storage-xfs", xfs),
    storageClass("do-block-storage-xfs-retain", { ...xfs, ...retain }),
  ];
}

/** The rights of kwok, which acts as the kubelet of all nodes. */
function kwokRole(): object {
  const rule = (apiGroup: string, resources: string[], verbs: string[]) => ({
    apiGroups: [apiGroup],
    resources,
    verbs,
  });
  const read = ["get", "list", "watch"];
  return {
    metadata: { name: "system:kwok" },
    rules: [
      rule("", ["nodes"], [...read, "patch"]),
      rule("", ["nodes/status"], ["patch"]),
      rule("", ["pods"], [...read, "patch", "delete"]),
      rule("", ["pods/status"], ["patch"]),
      rule("", ["events"], ["create", "patch"]),
      rule("coordination.k8s.io", ["leases"], [...read, "create", "update"]),
    ],
  };
}

function roleRef(name: string): object {
  return { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name };
}
