import {
  LOAD_BALANCER_ANNOTATIONS,
  UNSAFE_LOAD_BALANCER_ANNOTATIONS,
} from "../../core/manifests/load-balancer-annotations";

/** An object of a tree; without a namespace it is in the environment's. */
export interface Loose {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** A refused object, and the rule. */
export interface Refused {
  readonly what: string;
  readonly object: Loose;
  /** `<policy>/<rule>`, the same for all judges. */
  readonly rule: string;
  /** Judges that do not check it, and the reason. */
  readonly notBy?: { readonly judge: "server" | "fork"; readonly because: string };
}

export const NAMESPACE = "alice-dev";
export const BASELINE = "main-dev";

/** An object of a kind with all required fields, and more. */
export function made(apiVersion: string, kind: string, more: object = {}, metadata = {}): Loose {
  return { apiVersion, kind, metadata: { name: "x", ...metadata }, ...more };
}

export const service = (spec: object, metadata = {}): Loose =>
  made("v1", "Service", { spec: { ports: [{ port: 80 }], ...spec } }, metadata);
export const annotated = (name: string, value: string): Loose =>
  service({ type: "LoadBalancer" }, { annotations: { [name]: value } });

const container = (more: object = {}) => ({
  name: "x",
  image: "registry.example.com/x:v1",
  ...more,
});
export const podSpec = (spec: object = {}, of: object = {}) => ({
  containers: [container(of)],
  ...spec,
});
export const template = (spec: object = {}, metadata: object = {}) => ({
  metadata: { labels: { app: "x" }, ...metadata },
  spec: podSpec(spec),
});
const selector = { matchLabels: { app: "x" } };

/** Every kind that creates pods, with these fields in their specification. */
export function inAllPods(spec: object): Loose[] {
  return [
    made("v1", "Pod", { spec: podSpec(spec) }),
    made("apps/v1", "Deployment", { spec: { selector, template: template(spec) } }),
    made("apps/v1", "DaemonSet", { spec: { selector, template: template(spec) } }),
    made("apps/v1", "StatefulSet", {
      spec: { selector, serviceName: "x", template: template(spec) },
    }),
    made("batch/v1", "Job", {
      spec: { template: template({ restartPolicy: "Never", ...spec }) },
    }),
    made("batch/v1", "CronJob", {
      spec: {
        schedule: "0 * * * *",
        jobTemplate: { spec: { template: template({ restartPolicy: "Never", ...spec }) } },
      },
    }),
  ];
}
const pods = (what: string, rule: string, spec: object): Refused[] =>
  inAllPods(spec).map((object) => ({ what: `${object.kind} with ${what}`, object, rule }));

const claim = (spec: object) => ({
  accessModes: ["ReadWriteOnce"],
  resources: { requests: { storage: "1Gi" } },
  ...spec,
});
const statefulSet = (volumeClaimTemplates: readonly object[]): Loose =>
  made("apps/v1", "StatefulSet", {
    spec: { selector, serviceName: "x", template: template(), volumeClaimTemplates },
  });

export const role = (...rules: readonly [string, string, ...string[]][]): Loose =>
  made("rbac.authorization.k8s.io/v1", "Role", {
    rules: rules.map(([group, resource, ...verbs]) => ({
      apiGroups: [group],
      resources: [resource],
      verbs,
    })),
  });
const RBAC = "rbac.authorization.k8s.io";
export const binding = (kind: string, name: string, ...subjects: readonly object[]): Loose =>
  made("rbac.authorization.k8s.io/v1", "RoleBinding", {
    roleRef: { apiGroup: RBAC, kind, name },
    subjects,
  });
const account = (name: string, namespace = NAMESPACE) => ({
  kind: "ServiceAccount",
  name,
  namespace,
});

const NOT_OF_FORKS = { judge: "fork", because: "a fork may not have the kind at all" } as const;
const ONLY_OF_WRITERS = {
  judge: "server",
  because: "the kind is not known to a cluster without its definition",
} as const;

const role1 = (what: string, group: string, resource: string, ...verbs: string[]): Refused => ({
  what,
  object: role([group, resource, ...verbs]),
  rule: "roles/grants",
  notBy: NOT_OF_FORKS,
});

/** Each is refused in a tree for a shared cluster, in a fork's, and by the API server. */
export const REFUSED: readonly Refused[] = [
  ...Object.keys(UNSAFE_LOAD_BALANCER_ANNOTATIONS).map((name) => ({
    what: `Service with ${name}`,
    object: annotated(name, "prod"),
    rule: `load-balancers/claims-${name.slice(name.lastIndexOf("-") + 1)}`,
  })),
  ...[
    "service.beta.kubernetes.io/do-loadbalancer-certificate-id",
    "service.beta.kubernetes.io/do-loadbalancer-certificate-name",
    "service.beta.kubernetes.io/do-loadbalancer-hostname",
    "service.beta.kubernetes.io/do-loadbalancer-subnet-uuid",
    "service.beta.kubernetes.io/do-loadbalancer-not-yet-known",
    "kubernetes.digitalocean.com/firewall-managed",
    "service.kubernetes.io/do-something-new",
    "service.cilium.io/global",
    "io.cilium/lb-ipam-ips",
    "external-dns.alpha.kubernetes.io/hostname",
  ].map((name) => ({
    what: `Service with ${name}`,
    object: annotated(name, "prod"),
    rule: "load-balancers/annotations",
  })),
  {
    what: "Ingress for a name that external-dns would make",
    object: made(
      "networking.k8s.io/v1",
      "Ingress",
      { spec: { defaultBackend: { service: { name: "x", port: { number: 80 } } } } },
      { annotations: { "external-dns.alpha.kubernetes.io/hostname": "prod.example.com" } },
    ),
    rule: "load-balancers/annotations",
  },
  ...[
    ["size-unit", "2"],
    ["size-unit", "200"],
    ["size-slug", "lb-large"],
  ].map(([name = "", value = ""]) => ({
    what: `Service with ${name} ${value}`,
    object: annotated(`service.beta.kubernetes.io/do-loadbalancer-${name}`, value),
    rule: "load-balancers/load-balancer-size",
  })),
  {
    what: "Service with externalIPs",
    object: service({ externalIPs: ["203.0.113.9"] }),
    rule: "services/external-addresses",
  },
  {
    what: "Service with a loadBalancerClass",
    object: service({ type: "LoadBalancer", loadBalancerClass: "example.com/other" }),
    rule: "services/load-balancer-class",
  },
  {
    what: "Service of type NodePort",
    object: service({ type: "NodePort" }),
    rule: "services/node-ports",
  },
  ...["cart.bob-dev.svc.cluster.local", "cart.bob-dev.svc", "a.kube-system.svc."].map((name) => ({
    what: `Service that leads to ${name}`,
    object: service({ type: "ExternalName", externalName: name }),
    rule: "services/foreign-names",
  })),
  ...pods("ServiceAccount ci", "pods/service-accounts", { serviceAccountName: "ci" }),
  ...pods("ServiceAccount developer", "pods/service-accounts", {
    serviceAccountName: "developer",
  }),
  ...pods("the nodes' priority", "pods/priorities", {
    priorityClassName: "system-node-critical",
  }).filter(({ object }) => object.kind !== "Pod"),
  ...pods("an NFS volume", "pods/volume-types", {
    volumes: [{ name: "x", nfs: { server: "10.114.0.2", path: "/" } }],
  }),
  {
    what: "Pod with an iSCSI volume",
    object: made("v1", "Pod", {
      spec: podSpec({
        volumes: [
          {
            name: "x",
            iscsi: { targetPortal: "10.114.0.2", iqn: "iqn.2026-11.com.example:x", lun: 0 },
          },
        ],
      }),
    }),
    rule: "pods/volume-types",
  },
  ...pods("an hour to end", "pods/grace", { terminationGracePeriodSeconds: 3600 }),
  {
    what: "Deployment whose pods have a finalizer",
    object: made("apps/v1", "Deployment", {
      spec: { selector, template: template({}, { finalizers: ["example.com/hold"] }) },
    }),
    rule: "pods/held-templates",
  },
  {
    what: "StatefulSet whose claims have a finalizer",
    object: statefulSet([
      { metadata: { name: "data", finalizers: ["example.com/hold"] }, spec: claim({}) },
    ]),
    rule: "pods/held-templates",
  },
  ...["do-block-storage-retain", "do-block-storage-xfs-retain"].flatMap((storageClassName) => [
    {
      what: `claim of class ${storageClassName}`,
      object: made("v1", "PersistentVolumeClaim", { spec: claim({ storageClassName }) }),
      rule: "volumes/retained",
    },
    {
      what: `StatefulSet of class ${storageClassName}`,
      object: statefulSet([{ metadata: { name: "data" }, spec: claim({ storageClassName }) }]),
      rule: "volumes/retained",
    },
    ...pods(`ephemeral volumes of class ${storageClassName}`, "pods/retained-in-pods", {
      volumes: [
        {
          name: "x",
          ephemeral: { volumeClaimTemplate: { spec: claim({ storageClassName }) } },
        },
      ],
    }).slice(0, 2),
  ]),
  {
    what: "claim of another's volume",
    object: made("v1", "PersistentVolumeClaim", { spec: claim({ volumeName: "pvc-1" }) }),
    rule: "volumes/chosen-volumes",
  },
  {
    what: "Secret for a token without end",
    object: made(
      "v1",
      "Secret",
      { type: "kubernetes.io/service-account-token" },
      { annotations: { "kubernetes.io/service-account.name": "developer" } },
    ),
    rule: "secrets/tokens",
  },
  role1("Role for everything", "*", "*", "*"),
  role1("Role for everything of the core", "", "*", "get"),
  role1("Role for every verb of pods", "", "pods", "*"),
  role1("Role for its namespace", "", "namespaces", "get", "patch", "update"),
  role1("Role for the quota", "", "resourcequotas", "update"),
  role1("Role for the quota's status", "", "resourcequotas/status", "patch"),
  role1("Role for every status", "", "*/status", "patch"),
  role1("Role for the status of Services", "", "services/status", "patch"),
  role1("Role for limits", "", "limitranges", "delete"),
  role1("Role for network policies", "networking.k8s.io", "networkpolicies", "create"),
  role1("Role for Cilium's policies", "cilium.io", "ciliumnetworkpolicies", "create"),
  role1("Role for Cilium's redirects", "cilium.io", "ciliumlocalredirectpolicies", "create"),
  role1("Role for Envoy", "cilium.io", "ciliumenvoyconfigs", "create"),
  role1("Role for roles", RBAC, "roles", "create"),
  role1("Role for bindings", RBAC, "rolebindings", "create"),
  role1("Role to escalate", RBAC, "roles", "escalate"),
  role1("Role to bind", RBAC, "roles", "bind"),
  role1("Role to impersonate", "", "serviceaccounts", "impersonate"),
  role1("Role for tokens", "", "serviceaccounts/token", "create"),
  role1("Role for ServiceAccounts", "", "serviceaccounts", "create"),
  role1("Role for endpoints", "", "endpoints", "update"),
  role1("Role for endpoint slices", "discovery.k8s.io", "endpointslices", "create"),
  role1("Role for routes", "gateway.networking.k8s.io", "httproutes", "create"),
  role1("Role for gRPC routes", "gateway.networking.k8s.io", "grpcroutes", "create"),
  role1("Role for gateways", "gateway.networking.k8s.io", "gateways", "create"),
  role1("Role to proxy pods", "", "pods/proxy", "get"),
  role1("Role to proxy Services", "", "services/proxy", "get"),
  role1("Role to place pods", "", "pods/binding", "create"),
  role1("Role for a custom kind", "example.com", "anythings", "create"),
  {
    what: "RoleBinding to cluster-admin",
    object: binding("ClusterRole", "cluster-admin", account("x")),
    rule: "role-bindings/bindings",
    notBy: NOT_OF_FORKS,
  },
  {
    what: "RoleBinding to admin",
    object: binding("ClusterRole", "admin", account("x")),
    rule: "role-bindings/bindings",
    notBy: NOT_OF_FORKS,
  },
  ...[
    { kind: "User", name: "eve", apiGroup: RBAC },
    { kind: "Group", name: "system:authenticated", apiGroup: RBAC },
    account("x", "bob-dev"),
    account("ci"),
    account("developer"),
  ].map((subject) => ({
    what: `RoleBinding for ${subject.kind} ${"namespace" in subject ? `${subject.namespace}/` : ""}${subject.name}`,
    object: binding("Role", "x", subject),
    rule: "role-bindings/bindings",
    notBy: NOT_OF_FORKS,
  })),
  {
    what: "NetworkPolicy that lets out to all",
    object: made("networking.k8s.io/v1", "NetworkPolicy", {
      spec: { podSelector: {}, egress: [{}] },
    }),
    rule: "network-policies/egress",
    notBy: NOT_OF_FORKS,
  },
  {
    what: "NetworkPolicy that lets out to some",
    object: made("networking.k8s.io/v1", "NetworkPolicy", {
      spec: { podSelector: {}, egress: [{ to: [{ ipBlock: { cidr: "169.254.169.254/32" } }] }] },
    }),
    rule: "network-policies/egress",
    notBy: NOT_OF_FORKS,
  },
  ...["ConfigMap", "Secret", "Service", "PersistentVolumeClaim"].map((kind) => {
    const more = {
      ConfigMap: {},
      Secret: {},
      Service: { spec: { ports: [{ port: 80 }] } },
      PersistentVolumeClaim: { spec: claim({}) },
    }[kind];
    return {
      what: `${kind} with a finalizer`,
      object: made("v1", kind, more, { finalizers: ["example.com/hold"] }),
      rule: "finalizers/held",
    };
  }),
  {
    what: "ConfigMap with the finalizer of claims, which nobody would remove",
    object: made("v1", "ConfigMap", {}, { finalizers: ["kubernetes.io/pvc-protection"] }),
    rule: "finalizers/held",
  },
  ...[
    ["v1", "Secret", "registry"],
    ["v1", "ConfigMap", "kube-root-ca.crt"],
  ].map(([apiVersion = "", kind = "", name = ""]) => ({
    what: `${kind} ${name}`,
    object: made(apiVersion, kind, {}, { name }),
    rule: "kinds/own",
  })),
];

/** Kinds that neither tenants nor trees may write. */
export const REFUSED_KINDS: readonly Refused[] = [
  made("v1", "ResourceQuota", { spec: { hard: { pods: "1000" } } }),
  made("v1", "LimitRange", { spec: { limits: [] } }),
  made("v1", "Endpoints", { subsets: [] }),
  made("v1", "ReplicationController", { spec: { template: template(), selector: { app: "x" } } }),
  made("v1", "PodTemplate", { template: template() }),
  made("discovery.k8s.io/v1", "EndpointSlice", {
    addressType: "IPv4",
    endpoints: [{ addresses: ["10.108.0.77"] }],
  }),
  made("gateway.networking.k8s.io/v1", "Gateway", {
    spec: {
      gatewayClassName: "cilium",
      listeners: [{ name: "h", port: 80, protocol: "HTTP", hostname: "*.dev.example.com" }],
    },
  }),
  made("gateway.networking.k8s.io/v1", "HTTPRoute", {
    spec: { hostnames: [`${NAMESPACE}.dev.example.com`] },
  }),
  made("apps/v1", "ControllerRevision", { revision: 1, data: {} }),
].map((object) => ({ what: object.kind, object, rule: "kinds/kind" }));

/** Kinds without a definition in the API server of a test. */
export const UNKNOWN_KINDS: readonly Refused[] = [
  ["snapshot.storage.k8s.io/v1", "VolumeSnapshotContent"],
  ["cilium.io/v2", "CiliumLocalRedirectPolicy"],
  ["cilium.io/v2", "CiliumEnvoyConfig"],
  ["cilium.io/v2", "CiliumClusterwideNetworkPolicy"],
  ["cert-manager.io/v1", "ClusterIssuer"],
  ["gateway.networking.k8s.io/v1", "GRPCRoute"],
  ["gateway.networking.k8s.io/v1alpha2", "TLSRoute"],
  ["gateway.networking.k8s.io/v1beta1", "ReferenceGrant"],
  ["example.com/v1", "Anything"],
].map(([apiVersion = "", kind = ""]) => ({
  what: kind,
  object: made(apiVersion, kind),
  rule: "kinds/kind",
  notBy: ONLY_OF_WRITERS,
}));

/** All three judges accept each of them: rules that refuse everything would be easy. */
export const ACCEPTED: readonly Loose[] = [
  ...inAllPods({
    volumes: [
      { name: "a", emptyDir: {} },
      { name: "b", configMap: { name: "x" } },
      { name: "c", projected: { sources: [] } },
      { name: "d", ephemeral: { volumeClaimTemplate: { spec: claim({}) } } },
    ],
    serviceAccountName: "default",
    terminationGracePeriodSeconds: 60,
  }),
  service({}),
  service({ type: "LoadBalancer" }),
  service({ clusterIP: "None" }),
  service({ type: "ExternalName", externalName: "db.example.com" }),
  service({ type: "ExternalName", externalName: `cart.${BASELINE}.svc.cluster.local` }),
  service({ type: "ExternalName", externalName: `cart.${NAMESPACE}.svc` }),
  annotated("service.beta.kubernetes.io/do-loadbalancer-type", "REGIONAL"),
  annotated("service.beta.kubernetes.io/do-loadbalancer-size-unit", "1"),
  annotated("prometheus.io/scrape", "true"),
  ...LOAD_BALANCER_ANNOTATIONS.filter((name) => /healthcheck|sticky|http-ports/.test(name)).map(
    (name) => annotated(name, "3"),
  ),
  made("v1", "ConfigMap", { data: { namespace: "bob-dev" } }),
  made("v1", "Secret", { stringData: { a: "b" } }),
  made("v1", "PersistentVolumeClaim", { spec: claim({}) }),
  made("v1", "PersistentVolumeClaim", { spec: claim({ storageClassName: "do-block-storage" }) }),
  statefulSet([{ metadata: { name: "data" }, spec: claim({}) }]),
  made("networking.k8s.io/v1", "Ingress", {
    spec: { defaultBackend: { service: { name: "x", port: { number: 80 } } } },
  }),
  made("autoscaling/v2", "HorizontalPodAutoscaler", {
    spec: {
      maxReplicas: 2,
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "x" },
    },
  }),
];

/** A tree on a shared cluster and its administrators may create these; a fork and a tenant may not. */
export const ACCEPTED_OF_TREES: readonly Loose[] = [
  role(["", "pods", "get", "list", "watch", "create", "delete"]),
  role(
    ["", "pods/exec", "create"],
    ["", "pods/log", "get"],
    ["apps", "deployments/scale", "patch"],
  ),
  role(
    ["coordination.k8s.io", "leases", "get", "create", "update"],
    ["", "events", "create", "patch"],
  ),
  role(["", "resourcequotas", "get", "list"], ["", "namespaces", "get"]),
  binding("ClusterRole", "view", account("x")),
  binding("Role", "x", account("default")),
  made("networking.k8s.io/v1", "NetworkPolicy", { spec: { podSelector: {}, ingress: [{}] } }),
  made("policy/v1", "PodDisruptionBudget", { spec: { minAvailable: 1, selector } }),
];

const sized = (resources: object) => made("v1", "Pod", { spec: podSpec({}, { resources }) });
const asking = (resource: string, amount: string) =>
  sized({ requests: { [resource]: amount }, limits: { [resource]: amount } });

/** One object of each kind that those who live there may make, by the name under which quotas count it. */
export const COUNTED_OBJECTS: Readonly<Record<string, Loose>> = {
  configmaps: made("v1", "ConfigMap"),
  secrets: made("v1", "Secret"),
  services: service({}),
  persistentvolumeclaims: made("v1", "PersistentVolumeClaim", { spec: claim({}) }),
  pods: made("v1", "Pod", { spec: podSpec() }),
  "deployments.apps": made("apps/v1", "Deployment", { spec: { selector, template: template() } }),
  "statefulsets.apps": statefulSet([]),
  "daemonsets.apps": made("apps/v1", "DaemonSet", { spec: { selector, template: template() } }),
  "replicasets.apps": made("apps/v1", "ReplicaSet", { spec: { selector, template: template() } }),
  "jobs.batch": made("batch/v1", "Job", {
    spec: { template: template({ restartPolicy: "Never" }) },
  }),
  "cronjobs.batch": made("batch/v1", "CronJob", {
    spec: {
      schedule: "0 * * * *",
      jobTemplate: { spec: { template: template({ restartPolicy: "Never" }) } },
    },
  }),
  "horizontalpodautoscalers.autoscaling": made("autoscaling/v2", "HorizontalPodAutoscaler", {
    spec: {
      maxReplicas: 2,
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "x" },
    },
  }),
  "ingresses.networking.k8s.io": made("networking.k8s.io/v1", "Ingress", {
    spec: { defaultBackend: { service: { name: "x", port: { number: 80 } } } },
  }),
  "leases.coordination.k8s.io": made("coordination.k8s.io/v1", "Lease", { spec: {} }),
};

/** Objects that are allowed, and ask for more than all of the namespace may have: each with what the quota counts. */
export const OVER_QUOTA: readonly {
  readonly what: string;
  readonly object: Loose;
  readonly of: string;
}[] = [
  { what: "pod with many cores", object: asking("cpu", "64"), of: "requests.cpu" },
  { what: "pod with much memory", object: asking("memory", "512Gi"), of: "requests.memory" },
  {
    what: "pod with a high limit of memory",
    object: sized({ requests: { memory: "1Mi" }, limits: { memory: "512Gi" } }),
    of: "limits.memory",
  },
  {
    what: "pod that fills its node's disk",
    object: asking("ephemeral-storage", "900Gi"),
    of: "ephemeral-storage",
  },
  {
    what: "claim of a large volume",
    object: made("v1", "PersistentVolumeClaim", {
      spec: claim({ resources: { requests: { storage: "9Ti" } } }),
    }),
    of: "requests.storage",
  },
  {
    what: "load balancer with hundreds of ports",
    object: service({
      type: "LoadBalancer",
      ports: Array.from({ length: 300 }, (_, n) => ({ name: `p${n}`, port: 1000 + n })),
    }),
    of: "services.nodeports",
  },
];
