interface Container {
  readonly name?: string;
  readonly ports?: readonly { readonly hostPort?: number }[];
  readonly securityContext?: {
    readonly privileged?: boolean;
    readonly capabilities?: { readonly add?: readonly string[] };
  };
}

interface PodSpec {
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly priorityClassName?: string;
  readonly volumes?: readonly { readonly hostPath?: { readonly path?: string } }[];
}

/** What Pod Security `baseline` lets a container add. @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline */
const CAPABILITIES = new Set([
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
]);

/** What of an object's pods the API server would refuse in an environment on a shared cluster, but only once it is there. */
export function podFaults(spec: unknown): string[] {
  return podSpecsIn(spec).flatMap((pod) => [
    ...(["hostNetwork", "hostPID", "hostIPC"] as const)
      .filter((name) => pod[name] === true)
      .map((name) => `its pods share the node's own (${name})`),
    ...(pod.volumes ?? []).flatMap(({ hostPath }) =>
      hostPath === undefined
        ? []
        : [`its pods mount ${hostPath.path ?? "a path"} of the node (hostPath)`],
    ),
    ...(pod.priorityClassName?.startsWith("system-")
      ? [`its pods would push others' off the nodes (priorityClassName ${pod.priorityClassName})`]
      : []),
    ...[...(pod.containers ?? []), ...(pod.initContainers ?? [])].flatMap(containerFaults),
  ]);
}

function containerFaults({ name = "", ports = [], securityContext }: Container): string[] {
  const added = securityContext?.capabilities?.add ?? [];
  const refused = added.filter((capability) => !CAPABILITIES.has(capability));
  return [
    ...(securityContext?.privileged === true ? [`container ${name} is privileged`] : []),
    ...(refused.length > 0 ? [`container ${name} adds capabilities: ${refused.join(", ")}`] : []),
    ...(ports.some(({ hostPort = 0 }) => hostPort > 0)
      ? [`container ${name} takes a port of the node (hostPort)`]
      : []),
  ];
}

/** Pods and templates of pods, at any depth, as custom resources have them, too. */
function podSpecsIn(node: unknown): PodSpec[] {
  if (Array.isArray(node)) {
    return node.flatMap(podSpecsIn);
  }
  if (typeof node !== "object" || node === null) {
    return [];
  }
  return Array.isArray((node as PodSpec).containers)
    ? [node as PodSpec]
    : Object.values(node).flatMap(podSpecsIn);
}
