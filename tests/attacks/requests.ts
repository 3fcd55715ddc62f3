import { GRANTS } from "../../core/rules/kinds";
import { ENVIRONMENT } from "../../core/rules/own-objects";
import { podSpec } from "./tree-rows";

/** The sender of a request to the API server. */
export type Attacker =
  /** With the token of `doks-env kubeconfig --developer`. */
  | "developer"
  /** A pod with the strongest role that the policies allow in a tree. */
  | "pod"
  /** A user with all rights in the namespace, from a role that is older than the policies. */
  | "mallory"
  /** The developer of another environment. */
  | "neighbour";

/** The part that refuses it, with its message. */
export const REFUSALS = {
  rights: /cannot (create|get|list|update|patch|delete|deletecollection|impersonate)/,
  // The policy of all kinds looks at Namespaces, too, by their own labels.
  "policy bounds": /environment-(bounds|kinds|namespaces)/,
  // Several policies may refuse one object; the API server names the first that answers.
  "policy kinds": /environment-(kinds|network-policies|roles|role-bindings)/,
  "policy finalizers": /environment-finalizers/,
  "policy load-balancers": /environment-load-balancers/,
  "policy services": /environment-services/,
  "policy volumes": /environment-volumes/,
  "Pod Security": /violates PodSecurity/,
  quota: /exceeded quota/,
} as const;

/** One request to the API server that must have no effect. */
export interface Attack {
  readonly by: Attacker;
  readonly attack: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below `/api/v1/namespaces/<namespace>`, or from the root. */
  readonly path: string;
  readonly body?: object;
  readonly refusedBy: keyof typeof REFUSALS;
}

const inApps = (rest: string) => `/apis/apps/v1/namespaces/alice-dev${rest}`;
const inPolicies = (rest: string) => `/apis/networking.k8s.io/v1/namespaces/alice-dev${rest}`;
const inCilium = (rest: string) => `/apis/cilium.io/v2/namespaces/alice-dev${rest}`;
const inGateways = (rest: string) =>
  `/apis/gateway.networking.k8s.io/v1/namespaces/alice-dev${rest}`;
const inRoles = (rest: string) => `/apis/rbac.authorization.k8s.io/v1/namespaces/alice-dev${rest}`;
const labels = (values: object) => ({ metadata: { labels: values } });
const PRIVILEGED = labels({ "pod-security.kubernetes.io/enforce": "privileged" });
const ROLE = { metadata: { name: "more" }, rules: [] };
const BINDING = {
  metadata: { name: "more" },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
  subjects: [{ kind: "ServiceAccount", name: "default", namespace: "alice-dev" }],
};

type Row = readonly [
  attack: string,
  method: Attack["method"],
  path: string,
  body?: object,
  /** @default - the policy that looks at it */
  byMallory?: Attack["refusedBy"],
];

/** The limits of an environment, and every way to change them. */
const BOUNDS: readonly Row[] = [
  ["lifts Pod Security", "PATCH", "", PRIVILEGED, "policy bounds"],
  ["leaves the policies", "PATCH", "", labels({ "ephemeral-doks/stack": null }), "policy bounds"],
  [
    "becomes another project's",
    "PATCH",
    "",
    labels({ "ephemeral-doks/project": "x" }),
    "policy bounds",
  ],
  [
    "takes another baseline",
    "PATCH",
    "",
    labels({ "ephemeral-doks/baseline": "x" }),
    "policy bounds",
  ],
  ["marks its namespace", "PATCH", "", labels({ mine: "yes" }), "policy bounds"],
  ["deletes its namespace", "DELETE", "", undefined, "policy bounds"],
  [
    "writes its namespace's status",
    "PATCH",
    "/status",
    { status: { phase: "Active" } },
    "policy bounds",
  ],
  [
    "raises the quota",
    "PATCH",
    `/resourcequotas/${ENVIRONMENT}`,
    { spec: { hard: { pods: "100" } } },
  ],
  [
    "forges what is used",
    "PATCH",
    `/resourcequotas/${ENVIRONMENT}/status`,
    { status: { used: { pods: "0" } } },
  ],
  ["removes the quota", "DELETE", `/resourcequotas/${ENVIRONMENT}`],
  ["lets the system's priorities in", "DELETE", "/resourcequotas/priority"],
  ["raises the limits", "PATCH", `/limitranges/${ENVIRONMENT}`, { spec: { limits: [] } }],
  ["removes the limits", "DELETE", `/limitranges/${ENVIRONMENT}`],
  [
    "opens the network",
    "PATCH",
    inPolicies(`/networkpolicies/${ENVIRONMENT}`),
    { spec: { egress: [{}] } },
  ],
  ["removes the network's bounds", "DELETE", inPolicies(`/networkpolicies/${ENVIRONMENT}`)],
  [
    "adds a network policy",
    "POST",
    inPolicies("/networkpolicies"),
    { metadata: { name: "x" }, spec: { podSelector: {}, egress: [{}] } },
  ],
  ["opens Cilium's network", "PATCH", inCilium("/ciliumnetworkpolicies/egress"), { spec: {} }],
  [
    "adds a policy of Cilium's",
    "POST",
    inCilium("/ciliumnetworkpolicies"),
    { apiVersion: "cilium.io/v2", kind: "CiliumNetworkPolicy", metadata: { name: "x" } },
  ],
  [
    "becomes the entrance",
    "POST",
    inGateways("/gateways"),
    { apiVersion: "gateway.networking.k8s.io/v1", kind: "Gateway", metadata: { name: "x" } },
  ],
  [
    "takes a host by a route",
    "POST",
    inGateways("/httproutes"),
    {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: { name: "x" },
      spec: { hostnames: ["alice-dev.dev.example.com"] },
    },
  ],
  ["makes a role", "POST", inRoles("/roles"), ROLE],
  ["changes the developers' role", "PATCH", inRoles("/roles/developer"), { rules: [] }],
  ["changes CI's role", "PATCH", inRoles("/roles/ci"), { rules: [] }],
  ["binds a role", "POST", inRoles("/rolebindings"), BINDING],
  ["makes a ServiceAccount", "POST", "/serviceaccounts", { metadata: { name: "x" } }],
  ["removes the ServiceAccount developer", "DELETE", "/serviceaccounts/developer"],
  [
    "asks for a token",
    "POST",
    "/serviceaccounts/developer/token",
    { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} },
  ],
  [
    "leads a Service to another's pod",
    "POST",
    "/endpoints",
    {
      metadata: { name: "web" },
      subsets: [{ addresses: [{ ip: "10.108.0.77" }], ports: [{ port: 6379 }] }],
    },
  ],
  [
    "does so with a slice",
    "POST",
    "/apis/discovery.k8s.io/v1/namespaces/alice-dev/endpointslices",
    { metadata: { name: "x" }, addressType: "IPv4", endpoints: [{ addresses: ["10.108.0.77"] }] },
  ],
  ["forges a Service's status", "PATCH", "/services/web/status", { status: { conditions: [] } }],
  [
    "makes a ReplicationController",
    "POST",
    "/replicationcontrollers",
    {
      metadata: { name: "x" },
      spec: {
        selector: { a: "b" },
        template: { metadata: { labels: { a: "b" } }, spec: podSpec() },
      },
    },
  ],
  [
    "overwrites the cluster's certificate",
    "PATCH",
    "/configmaps/kube-root-ca.crt",
    { data: { "ca.crt": "mine" } },
  ],
];

/** Objects outside the namespace. */
const BEYOND: readonly Row[] = [
  ["reads nodes", "GET", "/api/v1/nodes"],
  ["reads all namespaces", "GET", "/api/v1/namespaces"],
  ["reads all Secrets", "GET", "/api/v1/secrets"],
  ["reads all pods", "GET", "/api/v1/pods"],
  ["makes a namespace", "POST", "/api/v1/namespaces", { metadata: { name: "x" } }],
  [
    "takes over the entrance's namespace",
    "PATCH",
    "/api/v1/namespaces/entrance",
    labels({ "ephemeral-doks/stack": "alice-dev" }),
  ],
  ["reads a node's pods", "GET", "/api/v1/nodes/x/proxy/pods"],
  ["makes a PersistentVolume", "POST", "/api/v1/persistentvolumes", { metadata: { name: "x" } }],
  ["makes a ClusterRole", "POST", "/apis/rbac.authorization.k8s.io/v1/clusterroles", ROLE],
  [
    "binds cluster-admin",
    "POST",
    "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
    BINDING,
  ],
  [
    "makes a webhook",
    "POST",
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
    { metadata: { name: "x" } },
  ],
  [
    "removes a policy",
    "DELETE",
    "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/environment-kinds",
  ],
  [
    "removes a policy's binding",
    "DELETE",
    "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/environment-kinds",
  ],
  [
    "asks for a certificate",
    "POST",
    "/apis/certificates.k8s.io/v1/certificatesigningrequests",
    { metadata: { name: "x" } },
  ],
  [
    "makes a priority",
    "POST",
    "/apis/scheduling.k8s.io/v1/priorityclasses",
    { metadata: { name: "x" }, value: 2000000000 },
  ],
  [
    "makes a storage class",
    "POST",
    "/apis/storage.k8s.io/v1/storageclasses",
    { metadata: { name: "x" }, provisioner: "x" },
  ],
  [
    "defines a kind",
    "POST",
    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
    { metadata: { name: "x" } },
  ],
  ["reads another's pods", "GET", "/api/v1/namespaces/default/pods"],
  ["reads another's Secrets", "GET", "/api/v1/namespaces/kube-system/secrets"],
  [
    "runs in another's namespace",
    "POST",
    "/api/v1/namespaces/default/pods",
    { metadata: { name: "x" }, spec: podSpec() },
  ],
];

const LOAD_BALANCER_NAME = "service.beta.kubernetes.io/do-loadbalancer-name";
const claiming = { metadata: { annotations: { [LOAD_BALANCER_NAME]: "prod" } } };

/** Changes of existing objects, which policies compare with their earlier state. */
const CHANGES: readonly Row[] = [
  [
    "claims a load balancer afterwards",
    "PATCH",
    "/services/web",
    claiming,
    "policy load-balancers",
  ],
  [
    "takes addresses afterwards",
    "PATCH",
    "/services/web",
    { spec: { externalIPs: ["203.0.113.9"] } },
    "policy services",
  ],
  [
    "takes a node port afterwards",
    "PATCH",
    "/services/web",
    { spec: { type: "NodePort" } },
    "policy services",
  ],
  [
    "holds a Service",
    "PATCH",
    "/services/web",
    { metadata: { finalizers: ["example.com/hold"] } },
    "policy finalizers",
  ],
  [
    "holds a Deployment",
    "PATCH",
    inApps("/deployments/web"),
    { metadata: { finalizers: ["example.com/hold"] } },
    "policy finalizers",
  ],
  [
    "asks for a volume that stays",
    "POST",
    "/persistentvolumeclaims",
    {
      metadata: { name: "x" },
      spec: {
        storageClassName: "do-block-storage-retain",
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: "1Gi" } },
      },
    },
    "policy volumes",
  ],
];

/** Pods that Pod Security refuses. */
const PODS: readonly (readonly [string, object, object?])[] = [
  ["on the node's network", { hostNetwork: true }],
  ["among the node's processes", { hostPID: true }],
  ["with the node's memory", { hostIPC: true }],
  ["with the node's files", { volumes: [{ name: "x", hostPath: { path: "/" } }] }],
  ["that is privileged", {}, { securityContext: { privileged: true } }],
  ["with capabilities", {}, { securityContext: { capabilities: { add: ["SYS_ADMIN"] } } }],
  ["on a port of the node", {}, { ports: [{ containerPort: 80, hostPort: 80 }] }],
  ["without seccomp", { securityContext: { seccompProfile: { type: "Unconfined" } } }],
  [
    "with the node's sysctls",
    { securityContext: { sysctls: [{ name: "kernel.msgmax", value: "1" }] } },
  ],
  [
    "that lets the kubelet ask others",
    {},
    { livenessProbe: { httpGet: { host: "169.254.169.254", port: 80 } } },
  ],
];

const ofAll = (
  by: readonly Attacker[],
  rows: readonly Row[],
  instead?: Attack["refusedBy"],
): Attack[] =>
  by.flatMap((attacker) =>
    rows.map(([attack, method, path, body, byMallory = "policy kinds"]) => ({
      by: attacker,
      attack,
      method,
      path,
      ...(body === undefined ? {} : { body }),
      refusedBy: instead ?? byMallory,
    })),
  );

/** Every attack that is a request. */
export const ATTACKS: readonly Attack[] = [
  ...ofAll(["mallory"], BOUNDS),
  // Their roles refuse these requests before any policy.
  ...ofAll(
    ["developer", "pod"],
    BOUNDS.filter(([attack]) => !attack.startsWith("overwrites")),
    "rights",
  ),
  ...ofAll(
    ["developer", "pod"],
    BOUNDS.filter(([attack]) => attack.startsWith("overwrites")),
  ),
  ...ofAll(["developer", "pod", "mallory"], BEYOND, "rights"),
  ...ofAll(["developer", "pod", "mallory"], CHANGES),
  ...ofAll(["neighbour"], [...BOUNDS, ...CHANGES], "rights"),
  ...PODS.map(
    ([what, spec, container]): Attack => ({
      by: "developer",
      attack: `runs a pod ${what}`,
      method: "POST",
      path: "/pods",
      body: { metadata: { name: "rogue" }, spec: podSpec(spec, container) },
      refusedBy: "Pod Security",
    }),
  ),
];

/** The strongest role that the policies allow in a tree, as rules. */
export const BEST_ROLE = Object.entries(GRANTS).map(([name, verbs]) => {
  const [group = "", ...resource] = name.split("/");
  return { apiGroups: [group], resources: [resource.join("/")], verbs };
});
