import type { FoundClaim, FoundPod, FoundVolume, Owner } from "../../core/data/keep";
import type { ClusterObject, ClusterObjects } from "../shared-clusters/cluster-objects";

interface OwnerReference {
  readonly kind: string;
  readonly name: string;
  readonly controller?: boolean;
}

interface Owned extends ClusterObject {
  readonly metadata: ClusterObject["metadata"] & {
    readonly ownerReferences?: readonly OwnerReference[];
  };
}

interface Claim extends Owned {
  readonly spec: { readonly volumeName?: string };
}

interface PersistentVolume extends ClusterObject {
  readonly spec: {
    readonly storageClassName?: string;
    readonly volumeMode?: string;
    readonly csi?: {
      readonly driver: string;
      readonly volumeHandle: string;
      readonly fsType?: string;
    };
  };
}

interface Pod extends Owned {
  readonly spec: {
    readonly volumes?: readonly {
      readonly persistentVolumeClaim?: { readonly claimName: string };
    }[];
  };
  readonly status?: { readonly phase?: string };
}

interface Attachment extends ClusterObject {
  readonly spec: { readonly source: { readonly persistentVolumeName?: string } };
}

type Reader = Pick<ClusterObjects, "find" | "list">;

/** @param namespace - of the claims. @default - all */
export async function claimsIn(objects: Reader, namespace?: string): Promise<FoundClaim[]> {
  const scope = namespace === undefined ? "" : `/namespaces/${namespace}`;
  const claims = await objects.list<Claim>(`/api/v1${scope}/persistentvolumeclaims`);
  return claims.map(({ metadata, spec: { volumeName } }) => ({
    name: metadata.name,
    namespace: metadata.namespace ?? "",
    ...(volumeName === undefined || volumeName === "" ? {} : { volumeName }),
    isEphemeral: metadata.ownerReferences?.some(({ kind }) => kind === "Pod") ?? false,
  }));
}

export async function volumesIn(objects: Reader): Promise<FoundVolume[]> {
  const volumes = await objects.list<PersistentVolume>("/api/v1/persistentvolumes");
  return volumes.map(({ metadata: { name }, spec: { storageClassName, volumeMode, csi } }) => ({
    name,
    storageClass: storageClassName ?? "",
    volumeMode: volumeMode === "Block" ? "Block" : "Filesystem",
    ...(csi && { driver: csi.driver, handle: csi.volumeHandle }),
    fsType: csi?.fsType,
  }));
}

/** Returns the pods that use claims and have not ended. */
export async function podsIn(objects: Reader, namespace: string): Promise<FoundPod[]> {
  const pods = await objects.list<Pod>(`/api/v1/namespaces/${namespace}/pods`);
  const using = pods
    .filter(({ status }) => status?.phase !== "Succeeded" && status?.phase !== "Failed")
    .map((pod) => ({
      pod,
      claims: (pod.spec.volumes ?? []).flatMap(
        ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [],
      ),
    }))
    .filter(({ claims }) => claims.length > 0);
  return Promise.all(
    using.map(async ({ pod, claims }) => {
      const owner = await ownerOf(objects, namespace, pod);
      return { name: pod.metadata.name, claims, owner };
    }),
  );
}

/** Returns the names of PersistentVolumes that are attached to a node, or will be. */
export async function attachedVolumesIn(objects: Reader): Promise<string[]> {
  const attachments = await objects.list<Attachment>("/apis/storage.k8s.io/v1/volumeattachments");
  return attachments.flatMap(({ spec }) => spec.source.persistentVolumeName ?? []);
}

/** Returns the owner to scale: for a Deployment's ReplicaSet the Deployment, which would scale it up again. */
async function ownerOf(
  objects: Reader,
  namespace: string,
  object: Owned,
): Promise<Owner | undefined> {
  const found = object.metadata.ownerReferences?.find(({ controller }) => controller);
  if (found?.kind !== "ReplicaSet") {
    return found && { kind: found.kind, name: found.name };
  }
  const path = `/apis/apps/v1/namespaces/${namespace}/replicasets/${found.name}`;
  const replicaSet = await objects.find<Owned>(path);
  const deployment = replicaSet && (await ownerOf(objects, namespace, replicaSet));
  return deployment ?? { kind: "ReplicaSet", name: found.name };
}
