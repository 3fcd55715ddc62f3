/** The fields of a container that rules use. */
export interface Container {
  readonly name?: string;
  readonly ports?: readonly { readonly hostPort?: number }[];
  readonly securityContext?: SecurityContext;
  readonly lifecycle?: Readonly<Record<string, Handler | undefined>>;
  readonly livenessProbe?: Handler;
  readonly readinessProbe?: Handler;
  readonly startupProbe?: Handler;
}

/** A probe or hook of a container. */
interface Handler {
  readonly httpGet?: { readonly host?: string };
  readonly tcpSocket?: { readonly host?: string };
}

export interface SecurityContext {
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly procMount?: string;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly seccompProfile?: { readonly type?: string };
  readonly appArmorProfile?: { readonly type?: string };
  readonly seLinuxOptions?: {
    readonly type?: string;
    readonly user?: string;
    readonly role?: string;
  };
  readonly windowsOptions?: { readonly hostProcess?: boolean };
  readonly sysctls?: readonly { readonly name: string }[];
}

/** The fields of a pod's specification that rules use. */
export interface PodSpec {
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly ephemeralContainers?: readonly Container[];
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly hostUsers?: boolean;
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
  readonly securityContext?: SecurityContext;
}

/** The resources that are pods or make them, with their groups. */
export const POD_MAKERS = [
  ["", "pods"],
  ["apps", "deployments"],
  ["apps", "statefulsets"],
  ["apps", "daemonsets"],
  ["apps", "replicasets"],
  ["batch", "jobs"],
  ["batch", "cronjobs"],
] as const;

/** Specifications of pods, of their own or as templates, at any depth: custom resources have them, too. */
export function podSpecsIn(node: unknown): PodSpec[] {
  if (Array.isArray(node)) {
    return node.flatMap(podSpecsIn);
  }
  if (typeof node !== "object" || node === null) {
    return [];
  }
  return Array.isArray((node as PodSpec).containers)
    ? [withoutNulls(node) as PodSpec]
    : Object.values(node).flatMap(podSpecsIn);
}

/** A null means the same as no value. Custom resources still have them here. */
function withoutNulls(node: unknown): unknown {
  if (Array.isArray(node)) {
    return node.filter((item) => item !== null).map(withoutNulls);
  }
  return typeof node === "object" && node !== null
    ? Object.fromEntries(
        Object.entries(node)
          .filter(([, value]) => value !== null)
          .map(([key, value]) => [key, withoutNulls(value)]),
      )
    : node;
}
