import { join } from "node:path";
import { claimOf } from "../../../helpers/kubernetes-objects";
import { deployment, type Manifest, object, podTemplate } from "../../support/tree";

/** What comes of a tree: it is up, or refused with words like these. */
export type Outcome = "up" | RegExp;

/** Folder of a kustomization, or objects, or files by their names. */
export type Tree = string | readonly Manifest[] | Readonly<Record<string, string>>;

export interface Row {
  readonly name: string;
  readonly tree: Tree;
  /** On a cluster of its own. @default - not tried: it is like on a shared one */
  readonly own?: Outcome;
  /** On a shared cluster. @default - not tried: it is like on one of its own */
  readonly shared?: Outcome;
  /** What follows it in the same environment. @default - nothing */
  readonly next?: { readonly tree: Tree; readonly outcome: Outcome };
  /** For the shared cluster. @default - bob's */
  readonly tenant?: { readonly stack: string; readonly options: readonly string[] };
}

const fixture = (tree: string) => join(__dirname, "../../../fixtures/trees", tree);
const upTo = (tree: string) => ({ tree: fixture(tree), outcome: "up" }) as const;

const web = deployment("web");
const balanced = (spec: object) =>
  object("v1", "Service", "web", { type: "LoadBalancer", selector: { app: "web" }, ...spec });
const service = (name: string, annotations: Readonly<Record<string, string>>, ...ports: object[]) =>
  ({
    ...object("v1", "Service", name, {
      type: "LoadBalancer",
      selector: { app: "web" },
      ports: ports.length > 0 ? ports : [{ name: "http", port: 80 }],
    }),
    metadata: { name, annotations },
  }) as Manifest;
const loadBalancer = (field: string, value: string) =>
  service("web", { [`service.beta.kubernetes.io/do-loadbalancer-${field}`]: value });
const claim = (storage: string, storageClassName?: string) =>
  object("v1", "PersistentVolumeClaim", "data", {
    accessModes: ["ReadWriteOnce"],
    ...claimOf(storage, { storageClassName }),
  });
const database = (storage: string) => [
  object("v1", "Service", "db", {
    clusterIP: "None",
    selector: { app: "db" },
    ports: [{ port: 5432 }],
  }),
  object("apps/v1", "StatefulSet", "db", {
    serviceName: "db",
    replicas: 2,
    selector: { matchLabels: { app: "db" } },
    template: podTemplate("db", {
      container: { volumeMounts: [{ name: "data", mountPath: "/data" }] },
    }),
    volumeClaimTemplates: [
      {
        metadata: { name: "data" },
        spec: { accessModes: ["ReadWriteOnce"], ...claimOf(storage) },
      },
    ],
  }),
];
const ingress = object("networking.k8s.io/v1", "Ingress", "web", {
  ingressClassName: "nginx",
  rules: [],
});
const BOTH = (outcome: Outcome) => ({ own: outcome, shared: outcome });

const gateway = (gatewayClassName: string) =>
  object("gateway.networking.k8s.io/v1", "Gateway", "web", {
    gatewayClassName,
    listeners: [{ name: "http", protocol: "HTTP", port: 80 }],
  });
const route = object("gateway.networking.k8s.io/v1", "HTTPRoute", "web", {
  parentRefs: [{ name: "web" }],
  rules: [{ backendRefs: [{ name: "web", port: 80 }] }],
});
const within = object("v1", "Service", "web", { selector: { app: "web" }, ports: [{ port: 80 }] });
const snapshot = (volumeSnapshotClassName: string) =>
  object("snapshot.storage.k8s.io/v1", "VolumeSnapshot", "data", {
    volumeSnapshotClassName,
    source: { persistentVolumeClaimName: "data" },
  });
const snapshotClass = {
  apiVersion: "snapshot.storage.k8s.io/v1",
  kind: "VolumeSnapshotClass",
  metadata: { name: "ours" },
  driver: "dobs.csi.digitalocean.com",
  deletionPolicy: "Delete",
} as Manifest;

/** The trees of tests/fixtures, each as teams have it. */
const FIXTURES: readonly Row[] = [
  {
    name: "plain and two-entries",
    tree: fixture("plain"),
    next: upTo("two-entries"),
    ...BOTH("up"),
  },
  {
    name: "chart, components, generators, release and replacements, as several applications",
    tree: fixture("apps/dev"),
    // Its DaemonSet has a pod on every node of the shared cluster.
    tenant: { stack: "bob-dev", options: ["--set", "quota.memoryLimits=12Gi"] },
    next: upTo("apps/next"),
    ...BOTH("up"),
  },
  {
    name: "monorepo",
    tree: fixture("monorepo/overlays/qa"),
    next: upTo("monorepo/overlays/dev"),
    ...BOTH("up"),
  },
  {
    name: "crds",
    tree: fixture("crds"),
    next: upTo("plain"),
    own: "up",
    shared: /CustomResourceDefinition.*is cluster-wide/,
  },
  {
    name: "operator",
    tree: fixture("operator/dev"),
    next: upTo("operator/next"),
    own: "up",
    shared: /ClusterRole.*is cluster-wide/,
  },
  {
    name: "openapi",
    tree: fixture("openapi/dev"),
    next: upTo("openapi/next"),
    own: "up",
    shared: /Rollout.*could reach beyond the environment/,
  },
  { name: "broken", tree: fixture("broken"), ...BOTH(/missing\.yaml: no such file/) },
];

/** Trees that public bug reports have brought up. */
const REPORTED: readonly Row[] = [
  {
    name: "an owner, a tag and arguments that YAML 1.1 takes for other things",
    tree: [deployment("docs", { container: { args: ["serve", ".", "e1", "564e4051"] } })],
    tenant: {
      stack: "no-dev",
      options: ["--image", "registry.example.com/docs=2026_11_30"],
    },
    shared: "up",
  },
  {
    name: "a load balancer of four nodes",
    tree: [web, loadBalancer("size-unit", "4")],
    own: "up",
    shared: /load balancer of more than one node/,
  },
  {
    name: "a load balancer with a host name at which production answers",
    tree: [web, loadBalancer("hostname", "shop.example.invalid")],
    own: "up",
    shared: /do-loadbalancer-hostname/,
  },
  {
    name: "a first port that is not for HTTP",
    tree: [web, service("web", {}, { name: "status", port: 15021 }, { name: "http2", port: 80 })],
    shared: "up",
  },
  {
    name: "a load balancer for a database alone",
    tree: [web, service("web", {}, { name: "postgres", port: 5432 })],
    own: "up",
  },
  {
    name: "ephemeral volumes",
    tree: [
      deployment("build", {
        pod: {
          volumes: [
            {
              name: "scratch",
              ephemeral: {
                volumeClaimTemplate: {
                  spec: { accessModes: ["ReadWriteOnce"], ...claimOf("15Gi") },
                },
              },
            },
          ],
        },
        container: { volumeMounts: [{ name: "scratch", mountPath: "/s" }] },
      }),
    ],
    own: "up",
  },
  {
    name: "a claim template that grows",
    tree: database("2Gi"),
    next: {
      tree: database("4Gi"),
      outcome: /Kubernetes does not expand existing claims: data-db-0 \(2Gi\), data-db-1 \(2Gi\)/,
    },
    shared: "up",
  },
  {
    name: "a storage class that keeps its volumes",
    tree: [claim("3Gi", "do-block-storage-retain")],
    own: "up",
    shared: /do-block-storage-retain/,
  },
];

/** Kinds that are not Kubernetes' own, and files as editors of other systems write them. */
const FURTHER: readonly Row[] = [
  {
    name: "a Gateway and a route, and an entry for HTTPS alone",
    tree: [web, within, gateway("cilium"), route],
    next: {
      tree: [web, service("web", {}, { name: "https", port: 443 })],
      outcome: "up",
    },
    own: "up",
    shared:
      /Gateway\/web: would be an entrance for others' hosts[\s\S]*HTTPRoute\/web: could claim/,
  },
  {
    name: "a Gateway of a class that nobody serves",
    tree: [gateway("istio")],
    own: /Gateway\/web: the cluster has no GatewayClass "istio"/,
  },
  {
    name: "a snapshot of a volume, with a class of its own",
    tree: [claim("1Gi"), snapshotClass, snapshot("ours")],
    shared: /VolumeSnapshotClass\/ours: is of a kind .*could reach beyond the environment/,
  },
  {
    name: "a snapshot of a volume",
    tree: [claim("1Gi"), snapshot("do-block-storage")],
    next: { tree: [claim("1Gi")], outcome: "up" },
    shared: "up",
  },
  {
    name: "a snapshot of a class of another cloud",
    tree: [claim("1Gi"), snapshot("csi-aws")],
    ...BOTH(/VolumeSnapshot\/data: the cluster has no VolumeSnapshotClass "csi-aws"/),
  },
  {
    name: "lines that end with CRLF",
    tree: {
      "kustomization.yaml":
        "resources:\r\n- web.yaml\r\nconfigMapGenerator:\r\n- name: conf\r\n  files: [app.ini]\r\n",
      "web.yaml": `${JSON.stringify(web, undefined, 2).replaceAll("\n", "\r\n")}\r\n`,
      "app.ini": "[app]\r\ngreeting = hello\r\n",
    },
    shared: "up",
  },
];

/** Trees that cannot come up, or may not. */
const REFUSED: readonly Row[] = [
  {
    name: "a load balancer with a name, by which it could take another's",
    tree: [web, loadBalancer("name", "shop-lb")],
    ...BOTH(/do-loadbalancer-name/),
  },
  {
    name: "a load balancer that would stay",
    tree: [web, service("web", { "service.kubernetes.io/do-loadbalancer-disown": "true" })],
    ...BOTH(/do-loadbalancer-disown/),
  },
  {
    name: "more load balancers than the quota has",
    tree: [web, ...["a", "b", "c"].map((name) => service(name, {}))],
    ...BOTH(
      /requests 3 load balancers, but quota\.loadBalancers is \d[\s\S]*--set quota\.loadBalancers=3/,
    ),
  },
  {
    name: "more storage than the quota has",
    tree: [claim("900Gi")],
    ...BOTH(/requests 900Gi of storage[\s\S]*--set quota\.storage=900Gi/),
  },
  {
    name: "a storage class of another cloud",
    tree: [claim("1Gi", "gp3")],
    ...BOTH(
      /PersistentVolumeClaim\/data: the cluster has no StorageClass "gp3"[\s\S]*do-block-storage/,
    ),
  },
  {
    name: "an Ingress without a controller",
    tree: [web, ingress],
    ...BOTH(/Ingress\/web: the cluster has no IngressClass "nginx"/),
  },
  {
    name: "a version that Kubernetes does not serve any more",
    tree: [object("policy/v1beta1", "PodDisruptionBudget", "web", { minAvailable: 1 })],
    ...BOTH(/since 1\.25[\s\S]*write it as apiVersion policy\/v1/),
  },
  {
    name: "a load balancer for pods that no workload has",
    tree: [web, balanced({ selector: { app: "wbe" }, ports: [{ port: 80 }] })],
    ...BOTH(
      /Service\/web: it selects pods with app=wbe, and no workload of the tree has such pods/,
    ),
  },
  {
    name: "a load balancer for a port by a name that no container has",
    tree: [web, balanced({ ports: [{ port: 80, targetPort: "http" }] })],
    ...BOTH(/Service\/web: port 80 goes to "http", and no container of its pods/),
  },
  {
    name: "a number of a port in quotes",
    tree: [web, balanced({ ports: [{ port: 80, targetPort: "8080" }] })],
    ...BOTH(/Service\/web: port 80 goes to "8080"[\s\S]*write the number without quotes/),
  },
  {
    name: "a readiness probe of a port that its container does not have",
    tree: [deployment("web", { container: { readinessProbe: { tcpSocket: { port: "web" } } } })],
    ...BOTH(/Deployment\/web: the readinessProbe of container web uses port "web"/),
  },
  {
    name: "a branch's name as a label, and a Secret that is not encoded",
    tree: [
      { ...within, metadata: { name: "web", labels: { branch: "feature/x" } } } as Manifest,
      { apiVersion: "v1", kind: "Secret", metadata: { name: "db" }, data: { password: "a b" } },
    ] as readonly Manifest[],
    ...BOTH(
      /Secret\/db: data\.password is not valid base64[\s\S]*Service\/web: metadata\.labels\.branch is "feature\/x"/,
    ),
  },
  {
    name: "a patch that is merged with what it should replace",
    tree: {
      "kustomization.yaml": "resources: [web.yaml]\npatches: [{path: probe.yaml}]\n",
      "web.yaml": JSON.stringify(
        deployment("web", { container: { readinessProbe: { tcpSocket: { port: 80 } } } }),
      ),
      "probe.yaml": JSON.stringify({
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "web" },
        spec: {
          strategy: { type: "Recreate", rollingUpdate: { maxSurge: 1 } },
          template: {
            spec: { containers: [{ name: "web", readinessProbe: { httpGet: { port: 80 } } }] },
          },
        },
      }),
    },
    ...BOTH(
      /strategy Recreate has settings of a rolling update[\s\S]*readinessProbe of container web has both httpGet and tcpSocket[\s\S]*"httpGet: null" or "tcpSocket: null"/,
    ),
  },
  {
    name: "a variable twice, which `kubectl apply` accepts",
    tree: [deployment("web", { container: { env: [{ name: "A" }, { name: "A", value: "b" }] } })],
    ...BOTH(/Deployment\/web: container web has the variable A twice/),
  },
  {
    name: "a privileged init container",
    tree: [
      deployment("search", {
        pod: {
          initContainers: [
            { name: "sysctl", image: "busybox:1.36", securityContext: { privileged: true } },
          ],
        },
      }),
    ],
    own: /privileged.*[\s\S]*podSecurity=privileged/,
    shared: /privileged/,
  },
  {
    name: "a pod that is larger than any node",
    tree: [deployment("large", { container: { resources: { requests: { cpu: "12" } } } })],
    ...BOTH(/Deployment\/large: a pod requests 12 CPUs, and the largest node gives \d\.9/),
  },
];

export const ROWS: readonly Row[] = [...FIXTURES, ...REPORTED, ...FURTHER, ...REFUSED];
