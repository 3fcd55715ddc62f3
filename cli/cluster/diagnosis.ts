/** What a cluster says of an environment: plain data, as `--json` prints it. */

/** `failed`: waiting longer does not mend it. */
export type State = "ready" | "progressing" | "failed";

export type WorkloadKind = "Deployment" | "StatefulSet" | "DaemonSet" | "Job" | "Pod";

export interface RunningImage {
  /** As the pods name it, e.g. `registry.digitalocean.com/acme/api:pr-7`. */
  readonly reference: string;
  /** `sha256:<64 hex>` of what the nodes have pulled; none before they have. */
  readonly digest?: string;
}

/** Something that runs pods. A Pod is one itself where nothing else that is listed has made it. */
export interface Workload {
  readonly kind: WorkloadKind;
  readonly name: string;
  /** Pods that are ready, or for a Job have done their work. */
  readonly ready: number;
  readonly desired: number;
  readonly images: readonly RunningImage[];
  readonly state: State;
  /** Why it is not ready: a sentence without a full stop. */
  readonly reason?: string;
}

export interface ClusterNode {
  readonly name: string;
  /** Name of its node pool. */
  readonly pool?: string;
  /** Slug of its Droplet's size, e.g. `s-2vcpu-4gb`. */
  readonly size?: string;
  readonly ready: boolean;
  /** Why it is not ready: a sentence without a full stop. */
  readonly reason?: string;
  /** Of its kubelet, e.g. `v1.35.4`. */
  readonly version: string;
  /** ISO 8601 */
  readonly createdAt: string;
}

/** What is wrong in an environment's namespace, and what is known about it. All texts are free of secrets. */
export interface Diagnosis {
  readonly namespace: string;
  /** When the cluster was asked, ISO 8601; ages count from here. */
  readonly takenAt: string;
  /** All of them, also those that are well. */
  readonly workloads: readonly Workload[];
  /** What has failed first. */
  readonly findings: readonly Finding[];
  /** How many more findings there are than are told. */
  readonly untold: number;
  /** What could not be read and is therefore not judged, and why: a sentence each. */
  readonly unread: readonly string[];
}

/** One thing that is wrong with one object; an object may have several. */
export interface Finding {
  readonly kind: WorkloadKind | "Service" | "PersistentVolumeClaim" | "Node";
  readonly name: string;
  readonly state: Exclude<State, "ready">;
  /** Kubernetes' word where it has one: ImagePullBackOff, OOMKilled, Unschedulable, ... */
  readonly reason: string;
  /** A sentence without a full stop, e.g. `3 of 3 pods: container "web" cannot pull web:typo: ...`. */
  readonly text: string;
  /** What else is known, a sentence each. */
  readonly facts: readonly string[];
  /** Names of the pods that it was seen on. */
  readonly pods: readonly string[];
  readonly likelyFix?: LikelyFix;
  /** Warnings about the object and what it owns, newest first. */
  readonly events: readonly EventGroup[];
  readonly logs: readonly LogExcerpt[];
}

export interface LikelyFix {
  /** A sentence without a full stop. */
  readonly text: string;
  /** What it takes, with <placeholders> for what only its reader knows. */
  readonly command?: string;
}

/** Events that say the same, of one object or of several of one owner. */
export interface EventGroup {
  /** Kind and name of what the newest one is about, e.g. `Pod/web-5d8f-abcde`. */
  readonly about: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  /** ISO 8601 */
  readonly lastSeen: string;
}

/** The last lines that a container wrote. */
export interface LogExcerpt {
  readonly pod: string;
  readonly container: string;
  /** `previous`: before its last restart. */
  readonly run: "current" | "previous";
  readonly lines: readonly string[];
  /** Why there are no lines. */
  readonly unreadable?: string;
}
