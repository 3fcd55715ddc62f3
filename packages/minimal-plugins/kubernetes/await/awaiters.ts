/** The awaiter of each kind that has one. Any other object is ready once the API server has it. */
import { isDeepStrictEqual } from "node:util";
import type { KubernetesObject } from "../api/object";
import { daemonSet } from "./daemon-set";
import { deployment } from "./deployment";
import { ingress } from "./ingress";
import { job } from "./job";
import { isPodReady, type Pod, podFaults, podProgress } from "./pods";
import { type Awaiter, ready, waiting } from "./readiness";
import { service } from "./service";
import { statefulSet } from "./stateful-set";
import { persistentVolume, persistentVolumeClaim } from "./storage";

interface ReplicationController extends KubernetesObject {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly availableReplicas?: number };
}

interface ResourceQuota extends KubernetesObject {
  readonly spec?: { readonly hard?: object };
  readonly status?: { readonly hard?: object };
}

interface Secret extends KubernetesObject {
  readonly type?: string;
  readonly data?: object;
}

const pod: Awaiter = {
  related: [],
  onRead: true,
  assess: ({ object }) =>
    isPodReady(object as Pod)
      ? ready(podProgress(object as Pod))
      : waiting(podProgress(object as Pod), ...podFaults(object as Pod)),
};

const replicationController: Awaiter = {
  related: [],
  assess: ({ object }) => {
    const { spec, status } = object as ReplicationController;
    const progress = `${status?.availableReplicas ?? 0} of ${spec?.replicas ?? 1} replicas are available`;
    return (status?.availableReplicas ?? 0) === (spec?.replicas ?? 1)
      ? ready(progress)
      : waiting(progress);
  },
};

const resourceQuota: Awaiter = {
  related: [],
  assess: ({ object }) => {
    const { spec, status } = object as ResourceQuota;
    return isDeepStrictEqual(spec?.hard ?? {}, status?.hard ?? {})
      ? ready("ResourceQuota is in force")
      : waiting("The quota controller has not yet taken up .spec.hard");
  },
};

const serviceAccountToken: Awaiter = {
  related: [],
  assess: ({ object }) => {
    const { type, data } = object as Secret;
    return type !== "kubernetes.io/service-account-token" || Object.keys(data ?? {}).length > 0
      ? ready("Secret is complete")
      : waiting("The token controller has not yet put a token into the Secret");
  },
};

const AWAITERS: Readonly<Record<string, Awaiter>> = {
  "apps/v1/DaemonSet": daemonSet,
  "apps/v1/Deployment": deployment,
  "apps/v1/StatefulSet": statefulSet,
  "batch/v1/Job": job,
  "networking.k8s.io/v1/Ingress": ingress,
  "v1/PersistentVolume": persistentVolume,
  "v1/PersistentVolumeClaim": persistentVolumeClaim,
  "v1/Pod": pod,
  "v1/ReplicationController": replicationController,
  "v1/ResourceQuota": resourceQuota,
  "v1/Secret": serviceAccountToken,
  "v1/Service": service,
};

export function awaiterFor({ apiVersion, kind }: KubernetesObject): Awaiter | undefined {
  return AWAITERS[`${apiVersion}/${kind}`];
}
