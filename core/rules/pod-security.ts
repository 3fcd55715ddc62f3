import { type Container, type PodSpec, podSpecsIn, type SecurityContext } from "./pod-specs";

/** Levels of Kubernetes' Pod Security Standards. */
export type PodSecurity = "privileged" | "baseline" | "restricted";

/** The capabilities that a container may add at level `baseline`. @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline */
const CAPABILITIES = [
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
];
const SELINUX_TYPES = [
  "",
  "container_t",
  "container_init_t",
  "container_kvm_t",
  "container_engine_t",
];
/** As of Kubernetes 1.32 (same source). */
const SYSCTLS = [
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ping_group_range",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.tcp_wmem",
];
/** @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted */
const RESTRICTED_VOLUMES = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "image",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

/**
 * Faults for which the API server would refuse an object's pods, but only when a controller creates them: the update
 * would wait for pods that never start.
 */
export function podSecurityFaults(object: unknown, level: PodSecurity): string[] {
  return level === "privileged"
    ? []
    : podSpecsIn(object).flatMap((pod) => [
        ...baselineFaults(pod),
        ...(level === "restricted" ? restrictedFaults(pod) : []),
      ]);
}

function containersOf(pod: PodSpec): Container[] {
  return [
    ...(pod.initContainers ?? []),
    ...(pod.containers ?? []),
    ...(pod.ephemeralContainers ?? []),
  ];
}

function baselineFaults(pod: PodSpec): string[] {
  return [
    ...(["hostNetwork", "hostPID", "hostIPC"] as const)
      .filter((name) => pod[name] === true)
      .map((name) => `its pods share the node's own (${name})`),
    ...(pod.volumes ?? [])
      .filter((volume) => "hostPath" in volume)
      .map(({ hostPath }) => {
        const path = (hostPath as { path?: string } | null)?.path ?? "a path";
        return `its pods mount ${path} of the node (hostPath)`;
      }),
    ...contextFaults("its pods", pod.securityContext ?? {}),
    ...(pod.securityContext?.sysctls ?? [])
      .filter(({ name }) => !SYSCTLS.includes(name))
      .map(({ name }) => `its pods set ${name} of the node (sysctls)`),
    ...containersOf(pod).flatMap((container) => containerFaults(container, pod)),
  ];
}

function containerFaults(container: Container, { hostUsers }: PodSpec): string[] {
  const { name = "", ports = [], securityContext = {} } = container;
  const subject = `container ${name}`;
  const added = (securityContext.capabilities?.add ?? []).filter(
    (capability) => !CAPABILITIES.includes(capability),
  );
  return [
    ...(securityContext.privileged === true ? [`${subject} is privileged`] : []),
    ...(added.length > 0 ? [`${subject} adds capabilities: ${added.join(", ")}`] : []),
    ...(ports.some(({ hostPort = 0 }) => hostPort > 0)
      ? [`${subject} uses a port of the node (hostPort)`]
      : []),
    // Root in its own user namespace has no rights on the node.
    ...(hostUsers !== false && ![undefined, "", "Default"].includes(securityContext.procMount)
      ? [`${subject} shows all of /proc (procMount ${String(securityContext.procMount)})`]
      : []),
    ...probedHosts(container).map(
      (host) =>
        `${subject} makes the node send requests to ${host} (host of a probe or a lifecycle hook)`,
    ),
    ...contextFaults(subject, securityContext),
  ];
}

/** Forbidden since Kubernetes 1.34 (same source). */
function probedHosts({
  lifecycle = {},
  livenessProbe,
  readinessProbe,
  startupProbe,
}: Container): string[] {
  return [...Object.values(lifecycle), livenessProbe, readinessProbe, startupProbe]
    .flatMap((handler) => [handler?.httpGet?.host, handler?.tcpSocket?.host])
    .filter((host): host is string => host !== undefined && host !== "");
}

function contextFaults(subject: string, context: SecurityContext): string[] {
  const { seccompProfile, appArmorProfile, seLinuxOptions, windowsOptions } = context;
  return [
    ...(seccompProfile?.type === "Unconfined" ? [`${subject} turns seccomp off`] : []),
    ...(appArmorProfile?.type === "Unconfined" ? [`${subject} turns AppArmor off`] : []),
    ...(SELINUX_TYPES.includes(seLinuxOptions?.type ?? "") &&
    [seLinuxOptions?.user, seLinuxOptions?.role].every((value = "") => value === "")
      ? []
      : [`${subject} changes seLinuxOptions`]),
    ...(windowsOptions?.hostProcess === true ? [`${subject} is a process of the node`] : []),
  ];
}

function restrictedFaults(pod: PodSpec): string[] {
  const shared = pod.securityContext ?? {};
  return [
    ...(pod.volumes ?? []).flatMap((volume) =>
      Object.keys(volume)
        .filter((type) => ![...RESTRICTED_VOLUMES, "name", "hostPath"].includes(type))
        .map((type) => `its pods have a volume of type ${type}`),
    ),
    ...(shared.runAsUser === 0 ? ["its pods run as root (runAsUser 0)"] : []),
    ...containersOf(pod).flatMap(({ name = "", securityContext: own = {} }) => {
      const subject = `container ${name}`;
      const { drop = [], add = [] } = own.capabilities ?? {};
      const seccomp = own.seccompProfile ?? shared.seccompProfile;
      const others = add.filter((one) => one !== "NET_BIND_SERVICE" && CAPABILITIES.includes(one));
      return [
        ...((own.runAsNonRoot ?? shared.runAsNonRoot) === true
          ? []
          : [`${subject} may run as root: set runAsNonRoot`]),
        ...(own.runAsUser === 0 ? [`${subject} runs as root (runAsUser 0)`] : []),
        ...(own.allowPrivilegeEscalation === false
          ? []
          : [`${subject} may gain privileges: set allowPrivilegeEscalation to false`]),
        ...(drop.includes("ALL") ? [] : [`${subject} keeps capabilities: drop ALL`]),
        ...(others.length > 0 ? [`${subject} adds capabilities: ${others.join(", ")}`] : []),
        ...(["RuntimeDefault", "Localhost"].includes(seccomp?.type ?? "")
          ? []
          : [`${subject} has no seccompProfile: set it to RuntimeDefault`]),
      ];
    }),
  ];
}
