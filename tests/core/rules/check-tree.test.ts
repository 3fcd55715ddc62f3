import {
  LOAD_BALANCER_ANNOTATIONS,
  UNSAFE_LOAD_BALANCER_ANNOTATIONS,
} from "../../../core/manifests/load-balancer-annotations";
import type { KubernetesObject } from "../../../core/manifests/manifest";
import { requireTree, type TreePlace, treeFaults } from "../../../core/rules/check-tree";
import { integrationSecrets } from "../../../core/rules/own-objects";
import {
  ACCEPTED,
  ACCEPTED_OF_TREES,
  annotated,
  BASELINE,
  inAllPods,
  type Loose,
  made,
  NAMESPACE,
  podSpec,
  REFUSED,
  REFUSED_KINDS,
  role,
  UNKNOWN_KINDS,
} from "../../attacks/tree-rows";

const SHARED: TreePlace = {
  trust: "shared",
  namespace: NAMESPACE,
  baseline: BASELINE,
  podSecurity: "baseline",
  ownObjects: integrationSecrets("acme"),
};
const FORK: TreePlace = { ...SHARED, trust: "fork" };
const OWN: TreePlace = { ...SHARED, trust: "own" };

function placed(object: Loose): KubernetesObject {
  return { ...object, metadata: { namespace: NAMESPACE, ...object.metadata } };
}
const rulesAgainst = (object: Loose, place: TreePlace) =>
  treeFaults([placed(object)], place).map(({ rule }) => rule);
const messages = (object: Loose, place: TreePlace) =>
  treeFaults([placed(object)], place).map(({ message }) => message);

const CLUSTER_WIDE: readonly Loose[] = [
  "ClusterRole",
  "ClusterRoleBinding",
  "CustomResourceDefinition",
  "PersistentVolume",
  "IngressClass",
  "StorageClass",
  "PriorityClass",
  "ValidatingWebhookConfiguration",
  "ValidatingAdmissionPolicyBinding",
  "APIService",
].map((kind) => made("example.k8s.io/v1", kind, {}, { namespace: undefined }));

describe("a tree for a shared cluster", () => {
  it.each([...REFUSED, ...REFUSED_KINDS, ...UNKNOWN_KINDS])(
    "is refused with a $what",
    ({ object, rule }) => {
      expect([...new Set(rulesAgainst(object, SHARED))]).toEqual([rule]);
    },
  );

  it.each([...ACCEPTED, ...ACCEPTED_OF_TREES].map((object) => [JSON.stringify(object), object]))(
    "may have %s",
    (_, object) => {
      expect(treeFaults([placed(object as Loose)], SHARED)).toEqual([]);
    },
  );

  it.each(CLUSTER_WIDE)(
    "is refused with a $kind, to which kustomize adds no namespace",
    (object) => {
      expect(rulesAgainst(object, SHARED)).toEqual(["kinds/kind"]);
      expect(messages(object, SHARED)).toEqual([expect.stringMatching("is cluster-wide")]);
    },
  );

  it.each<[string, Loose]>([
    ["a subject", made("v1", "ConfigMap", { spec: { ref: { namespace: "bob-dev" } } })],
    [
      "a claim's source",
      made("v1", "PersistentVolumeClaim", { spec: { dataSourceRef: { namespace: "bob-dev" } } }),
    ],
  ])("is refused with another namespace's name in %s", (_, object) => {
    expect(messages(object, SHARED)).toEqual(["names another namespace: bob-dev"]);
  });

  it.each(integrationSecrets("acme"))("must not contain %s, which DOKS creates", (name) => {
    const secret = made("v1", "Secret", {}, { name: name.replace("Secret/", "") });
    expect(rulesAgainst(secret, SHARED)).toEqual(["kinds/own"]);
    expect(rulesAgainst(secret, { ...SHARED, ownObjects: [] })).toEqual([]);
  });

  it("can contain a kind that the shared cluster's settings allow, and roles for its group", () => {
    const kinds = ["Certificate.cert-manager.io"];
    const certificate = made("cert-manager.io/v1", "Certificate");
    const writes = role(["cert-manager.io", "certificates", "create"]);
    expect(rulesAgainst(certificate, SHARED)).toEqual(["kinds/kind"]);
    expect(rulesAgainst(writes, SHARED)).toEqual(["roles/grants"]);
    expect(treeFaults([certificate, writes].map(placed), { ...SHARED, kinds })).toEqual([]);
    expect(rulesAgainst(made("cert-manager.io/v1", "Issuer"), { ...SHARED, kinds })).toEqual([
      "kinds/kind",
    ]);
    expect(rulesAgainst(role(["cert-manager.io", "*", "*"]), { ...SHARED, kinds })).toEqual([
      "roles/grants",
    ]);
  });

  it("is also checked in templates of custom resources", () => {
    const kinds = ["Shop.example.com"];
    const [pod] = inAllPods({ serviceAccountName: "ci" });
    const shop = made("example.com/v1", "Shop", { spec: { deep: [{ pod: pod?.spec }] } });
    expect(rulesAgainst(shop, { ...SHARED, kinds })).toEqual(["pods/service-accounts"]);
  });

  it("is refused with a container that requests more than its default limit", () => {
    const place: TreePlace = { ...SHARED, defaultLimits: { memory: "512Mi" } };
    const sized = (resources: object) => made("v1", "Pod", { spec: podSpec({}, { resources }) });
    expect(messages(sized({ requests: { memory: "1Gi" } }), place)).toEqual([
      "container x requests 1Gi of memory without a limit, but the default limit is 512Mi; set resources.limits.memory",
    ]);
    expect(messages(sized({ requests: { memory: "512Mi" } }), place)).toEqual([]);
    const limits = { memory: "2Gi" };
    expect(messages(sized({ requests: { memory: "1Gi" }, limits }), place)).toEqual([]);
  });

  it("is reported with the remaining steps for its ClusterRoles", () => {
    const clusterRole = made("rbac.authorization.k8s.io/v1", "ClusterRole");
    expect(messages(clusterRole, { ...SHARED, clusterScoped: "refuse" })).toEqual([
      expect.stringMatching(/config set clusterScoped convert/),
    ]);
    expect(messages(clusterRole, { ...SHARED, clusterScoped: "convert" })).toEqual([
      expect.not.stringMatching(/config set/),
    ]);
  });

  it("is refused with the successor of a replaced kind or type of volume", () => {
    expect(messages(made("v1", "ReplicationController"), SHARED)).toEqual([
      "is not allowed on a shared cluster: write it as a Deployment",
    ]);
    const volumes = [{ name: "x", gcePersistentDisk: { pdName: "data" } }];
    expect(messages(made("v1", "Pod", { spec: podSpec({ volumes }) }), SHARED)).toEqual([
      expect.stringMatching(
        /^its pods have a volume of a type that only a cluster of one's own allows: /,
      ),
    ]);
  });

  it("is refused with the fault, the rule and, if kustomize reports it, the file of every object", () => {
    const annotations = { "config.kubernetes.io/origin": "path: ../base/quota.yaml\n" };
    const tree = [
      made("v1", "ResourceQuota", {}, { annotations }),
      made(
        "v1",
        "LimitRange",
        {},
        {
          annotations: { "config.kubernetes.io/origin": "configuredIn: kustomization.yaml\n" },
        },
      ),
      annotated("service.kubernetes.io/do-loadbalancer-disown", "true"),
    ];
    expect(() => requireTree(tree.map(placed), SHARED)).toThrow(
      [
        "the tree cannot be deployed on a shared cluster:",
        "  ResourceQuota/x: is the environment's own: use the setting quota (rule kinds/kind, in ../base/quota.yaml)",
        "  LimitRange/x: is the environment's own: use the setting limits (rule kinds/kind, in kustomization.yaml)",
        "  Service/x: would leave its load balancer behind: service.kubernetes.io/do-loadbalancer-disown (rule load-balancers/claims-disown)",
      ].join("\n"),
    );
  });
});

describe("a fork's tree", () => {
  it.each([...REFUSED, ...REFUSED_KINDS, ...UNKNOWN_KINDS])(
    "is refused with a $what",
    ({ object, rule, notBy }) => {
      const expected = notBy?.judge === "fork" ? "kinds/kind" : rule;
      expect(rulesAgainst(object, FORK)).toContain(expected);
    },
  );

  it.each(ACCEPTED.map((object) => [JSON.stringify(object), object]))(
    "may have %s",
    (_, object) => {
      expect(treeFaults([placed(object as Loose)], FORK)).toEqual([]);
    },
  );

  it.each(
    [...ACCEPTED_OF_TREES, ...CLUSTER_WIDE].filter(({ kind }) => kind !== "PodDisruptionBudget"),
  )("may not have a $kind", (object) => {
    expect(rulesAgainst(object, FORK)).toContain("kinds/kind");
  });

  it("must not contain kinds that the shared cluster's settings allow", () => {
    const kinds = ["Certificate.cert-manager.io"];
    const certificate = made("cert-manager.io/v1", "Certificate");
    expect(rulesAgainst(certificate, { ...FORK, kinds })).toEqual(["kinds/kind"]);
  });
});

describe("a tree for an own cluster", () => {
  it.each(Object.keys(UNSAFE_LOAD_BALANCER_ANNOTATIONS))(
    "may not claim what is the account's: %s",
    (annotation) => {
      expect(rulesAgainst(annotated(annotation, "prod"), OWN)).toEqual([
        expect.stringMatching(/^load-balancers\/claims-/),
      ]);
    },
  );

  it("can use the account's certificates and cluster-wide objects", () => {
    const certificate = "service.beta.kubernetes.io/do-loadbalancer-certificate-name";
    const tree = [annotated(certificate, "shop"), ...CLUSTER_WIDE, ...ACCEPTED_OF_TREES];
    expect(treeFaults(tree.map(placed), OWN)).toEqual([]);
  });

  it("must not contain objects that the program creates", () => {
    expect(rulesAgainst(made("v1", "ServiceAccount", {}, { name: "developer" }), OWN)).toEqual([
      "kinds/own",
    ]);
  });

  it("is checked against the namespace's Pod Security level, if it is set", () => {
    const [, privileged] = inAllPods({ hostPID: true });
    expect(messages(privileged as Loose, OWN)).toEqual(["its pods share the node's own (hostPID)"]);
    expect(
      treeFaults([placed(privileged as Loose)], { ...OWN, podSecurity: "privileged" }),
    ).toEqual([]);
  });
});

it.each([
  ["baseline", { privileged: true }, "pulumi config set podSecurity privileged"],
  ["restricted", { privileged: true }, "pulumi config set podSecurity privileged"],
  ["restricted", {}, "pulumi config set podSecurity baseline"],
] as const)(
  "names the level of Pod Security that is enough instead of %s",
  (podSecurity, securityContext, fix) => {
    const pod = placed(
      made("v1", "Pod", { spec: { containers: [{ name: "a", securityContext }] } }) as Loose,
    );
    expect(() => requireTree([pod], { ...OWN, podSecurity })).toThrow(
      expect.objectContaining({ fix: expect.stringContaining(fix) as string }) as Error,
    );
  },
);

describe("the annotations of load balancers", () => {
  it("are exactly those of DigitalOcean's cloud controller", () => {
    // The constants of lb_annotations.go in the revision that the list names.
    expect(LOAD_BALANCER_ANNOTATIONS).toEqual(
      [
        "kubernetes.digitalocean.com/load-balancer-id",
        "service.kubernetes.io/do-loadbalancer-disown",
        ...[
          "name protocol healthcheck-path healthcheck-port healthcheck-protocol override-health-check",
          "healthcheck-check-interval-seconds healthcheck-response-timeout-seconds",
          "healthcheck-unhealthy-threshold healthcheck-healthy-threshold http-ports tls-ports",
          "http2-ports http3-port tls-passthrough certificate-id certificate-name hostname algorithm",
          "size-slug size-unit sticky-sessions-type sticky-sessions-cookie-name",
          "sticky-sessions-cookie-ttl redirect-http-to-https disable-lets-encrypt-dns-records",
          "enable-proxy-protocol enable-backend-keepalive http-idle-timeout-seconds deny-rules",
          "allow-rules type network network-stack ip subnet-uuid",
        ]
          .join(" ")
          .split(" ")
          .map((name) => `service.beta.kubernetes.io/do-loadbalancer-${name}`),
      ].sort(),
    );
  });
});
