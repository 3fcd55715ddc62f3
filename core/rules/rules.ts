import {
  HARMLESS_LOAD_BALANCER_ANNOTATIONS,
  LOAD_BALANCER_SIZE_SLUG,
  LOAD_BALANCER_SIZE_UNIT,
  UNSAFE_LOAD_BALANCER_ANNOTATIONS,
} from "../manifests/load-balancer-annotations";
import { RETAINING_CLASSES } from "../manifests/volumes";
import {
  and,
  annotation,
  atMost,
  type Condition,
  each,
  eachInPods,
  eachNew,
  noneOf,
  notSet,
  oneOf,
  path,
  unlike,
} from "./condition";
import { unheld, unheldTemplates } from "./finalizers";
import { bindsWithin, grantsWithin } from "./grants";
import { ROLES } from "./own-objects";
import { POD_MAKERS } from "./pod-specs";
import { staysWithin } from "./service-names";

/**
 * How far the author of a tree is trusted: with their own cluster; with a namespace on a shared cluster; or, for the
 * author of a fork, with less.
 */
export type Trust = "own" | "shared" | "fork";

/** A requirement for the objects of some kinds. */
export interface Rule {
  /** Name within its policy, such as `external-addresses`. */
  readonly name: string;
  /** The policy of a shared cluster that enforces it. Its logical name is contract. */
  readonly policy: PolicyName;
  /** The levels of trust that it applies to. */
  readonly trust: readonly Trust[];
  readonly condition: Condition;
  /** The consequence, which continues a sentence with the object's name. */
  readonly why: string;
  /** Whether the API server exempts users who may do the same in every namespace, such as controllers. */
  readonly sparesControllers?: true;
}

/** The policies of a shared cluster for the content of objects, with the resources of each. */
export const POLICIES = {
  services: [["", "services"]],
  "load-balancers": [
    ["", "services"],
    ["networking.k8s.io", "ingresses"],
  ],
  pods: POD_MAKERS,
  volumes: [
    ["", "persistentvolumeclaims"],
    ["apps", "statefulsets"],
  ],
  secrets: [["", "secrets"]],
  roles: [["rbac.authorization.k8s.io", "roles"]],
  "role-bindings": [["rbac.authorization.k8s.io", "rolebindings"]],
  "network-policies": [["networking.k8s.io", "networkpolicies"]],
  finalizers: [["*", "*"]],
} as const satisfies Readonly<Record<string, readonly (readonly [string, string])[]>>;
export type PolicyName = keyof typeof POLICIES;

const EVERYBODY: readonly Trust[] = ["own", "shared", "fork"];
const AMONG_OTHERS: readonly Trust[] = ["shared", "fork"];

/** Prefixes of annotations that controllers obey for a whole account or cluster. */
const OBEYED_DOMAINS =
  "^([a-z0-9.-]+\\.)?(digitalocean\\.com|cilium\\.io|service\\.kubernetes\\.io|service\\.(alpha|beta)\\.kubernetes\\.io|external-dns\\.alpha\\.kubernetes\\.io)/|^io\\.cilium[./]";
/** Exceptions that only affect the Service itself. @see https://kubernetes.io/docs/reference/labels-annotations-taints/ */
const OBEYED_HARMLESSLY = [
  ...HARMLESS_LOAD_BALANCER_ANNOTATIONS,
  "service.kubernetes.io/topology-mode",
];

/** Excludes volumes that a node's kernel mounts over the node's own network, past all network policies. */
const VOLUME_TYPES = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "image",
  "name",
  "persistentVolumeClaim",
  "projected",
  "secret",
  // Checked by Pod Security.
  "hostPath",
];

/** Kubernetes fills it with a permanent token for any ServiceAccount that it names. */
const TOKEN_SECRET = "kubernetes.io/service-account-token";

/** Longer than any pod of an environment needs to end, in seconds: a teardown waits for it. */
const MOST_GRACE_SECONDS = 300;

const claims: readonly Rule[] = Object.entries(UNSAFE_LOAD_BALANCER_ANNOTATIONS).map(
  ([name, why]) => ({
    name: `claims-${name.slice(name.lastIndexOf("-") + 1)}`,
    policy: "load-balancers",
    trust: EVERYBODY,
    condition: eachNew(path("metadata.annotations{}"), noneOf([name])),
    why,
    sparesControllers: true,
  }),
);

/** The single table of rules, for checks of trees and for the policies of a shared cluster's API server. */
export const RULES: readonly Rule[] = [
  ...claims,
  {
    name: "annotations",
    policy: "load-balancers",
    trust: AMONG_OTHERS,
    condition: eachNew(
      path("metadata.annotations{}"),
      // The rules for claims report these.
      unlike(OBEYED_DOMAINS, [
        ...OBEYED_HARMLESSLY,
        ...Object.keys(UNSAFE_LOAD_BALANCER_ANNOTATIONS),
      ]),
    ),
    why: "has an annotation that affects resources beyond the environment",
    sparesControllers: true,
  },
  {
    name: "load-balancer-size",
    policy: "load-balancers",
    trust: AMONG_OTHERS,
    condition: both(
      each([annotation(LOAD_BALANCER_SIZE_UNIT)], oneOf(["1"])),
      each([annotation(LOAD_BALANCER_SIZE_SLUG)], oneOf(["lb-small"])),
    ),
    why: "requests a load balancer of more than one node, which no quota counts",
  },
  {
    name: "external-addresses",
    policy: "services",
    trust: AMONG_OTHERS,
    // @see https://github.com/kubernetes/kubernetes/issues/97076 (CVE-2020-8554)
    condition: each([path("spec.externalIPs[*]")], oneOf([])),
    why: "claims addresses: traffic to them would come to this Service",
  },
  {
    name: "load-balancer-class",
    policy: "services",
    trust: AMONG_OTHERS,
    condition: each([path("spec.loadBalancerClass")], oneOf([""])),
    why: "requests a load balancer from another controller, whose price no quota counts",
  },
  {
    name: "node-ports",
    policy: "services",
    trust: AMONG_OTHERS,
    condition: each([path("spec.type")], oneOf(["ClusterIP", "LoadBalancer", "ExternalName"])),
    why: "uses ports of every node, of which the whole cluster has 2,768",
  },
  {
    name: "foreign-names",
    policy: "services",
    trust: AMONG_OTHERS,
    condition: staysWithin,
    why: "points into another namespace",
  },
  {
    name: "service-accounts",
    policy: "pods",
    trust: AMONG_OTHERS,
    condition: eachInPods([path("serviceAccountName"), path("serviceAccount")], noneOf(ROLES)),
    why: "its pods would have the developers' rights",
  },
  {
    name: "priorities",
    policy: "pods",
    trust: AMONG_OTHERS,
    condition: eachInPods([path("priorityClassName")], unlike("^system-")),
    why: "its pods would evict other environments' pods",
  },
  {
    name: "volume-types",
    policy: "pods",
    trust: AMONG_OTHERS,
    condition: eachInPods([path("volumes[*]{}")], oneOf(VOLUME_TYPES)),
    why: "its pods have a volume of a type that only a cluster of one's own allows",
  },
  {
    name: "grace",
    policy: "pods",
    trust: AMONG_OTHERS,
    condition: eachInPods([path("terminationGracePeriodSeconds")], atMost(MOST_GRACE_SECONDS)),
    why: `its pods may take more than ${MOST_GRACE_SECONDS} s to end, for which a teardown would wait`,
  },
  {
    name: "held-templates",
    policy: "pods",
    trust: AMONG_OTHERS,
    condition: unheldTemplates,
    why: "creates objects with a finalizer that a teardown would wait for",
  },
  {
    name: "retained-in-pods",
    policy: "pods",
    trust: AMONG_OTHERS,
    condition: eachInPods(
      [path("volumes[*].ephemeral.volumeClaimTemplate.spec.storageClassName")],
      noneOf(RETAINING_CLASSES),
    ),
    why: "its volumes would remain after a teardown and cost money",
  },
  {
    name: "retained",
    policy: "volumes",
    trust: AMONG_OTHERS,
    condition: each(
      [path("spec.storageClassName"), path("spec.volumeClaimTemplates[*].spec.storageClassName")],
      noneOf(RETAINING_CLASSES),
    ),
    why: "its volumes would remain after a teardown and cost money",
  },
  {
    name: "chosen-volumes",
    policy: "volumes",
    trust: AMONG_OTHERS,
    condition: both(
      notSet(path("spec.volumeName")),
      each([path("spec.volumeClaimTemplates[*].spec.volumeName")], oneOf([""])),
    ),
    why: "claims a volume by name, which may be another environment's",
    sparesControllers: true,
  },
  {
    name: "tokens",
    policy: "secrets",
    trust: AMONG_OTHERS,
    condition: each([path("type")], noneOf([TOKEN_SECRET])),
    why: "would contain a token that never expires",
  },
  {
    name: "grants",
    policy: "roles",
    trust: AMONG_OTHERS,
    condition: grantsWithin,
    why: "grants rights that could remove the environment's limits",
  },
  {
    name: "bindings",
    policy: "role-bindings",
    trust: AMONG_OTHERS,
    condition: bindsWithin,
    why: "grants rights in other namespaces, or to other namespaces",
  },
  {
    name: "egress",
    policy: "network-policies",
    trust: AMONG_OTHERS,
    condition: each([path("spec.egress[*]")], oneOf([])),
    why: "its egress rules could allow traffic that the environment's own policy blocks",
  },
  {
    name: "held",
    policy: "finalizers",
    trust: AMONG_OTHERS,
    condition: unheld,
    why: "has a finalizer that a teardown would wait for",
    sparesControllers: true,
  },
];

function both(...conditions: readonly Condition[]): Condition {
  return {
    offences: (object, place) => conditions.flatMap(({ offences }) => offences(object, place)),
    cel: and(conditions.map(({ cel }) => cel)),
  };
}
