import fc from "fast-check";
import { NASTY_TEXTS } from "../../../helpers/nasty-values";
import type { Manifest } from "../../support/tree";

type Fields = Readonly<Record<string, unknown>>;

/** Also what YAML's readers take for something else. Control characters and bare line separators kustomize does not keep. */
const text = fc.constantFrom(
  ...NASTY_TEXTS.filter((one) => !/[\u007f-\u009f\ufeff\u2028\u2029\r]/.test(one)),
);
const texts = fc.dictionary(fc.constantFrom("A", "LOG_LEVEL", "no", "y", "e1", "_"), text);
const cpu = fc.constantFrom("1m", "10m", "0.02", "2e-2", ".01", 0.05);
const memory = fc.constantFrom("16Mi", "16M", "0.02Gi", "20000000", "2e7", "16777216000m");
const image = fc.constantFrom(
  ...["nginx", "registry.example.com/a:1", "registry.example.com:5000/team/b:1.3-rc1"],
  `ghcr.io/example/c@sha256:${"0a1b2c3d".repeat(8)}`,
);

const container = fc
  .record({
    image,
    env: texts.map((all) => Object.entries(all).map(([name, value]) => ({ name, value }))),
    args: fc.array(text, { maxLength: 3 }),
    resources: fc.option(
      fc.record({ requests: fc.record({ cpu, memory }), limits: fc.constant({ memory: "64Mi" }) }),
      { nil: {} },
    ),
    ports: fc.constantFrom([], [{ containerPort: 8080 }], [{ name: "http", containerPort: 80 }]),
    readinessProbe: fc.constantFrom(
      undefined,
      { httpGet: { path: "/", port: 8080 } },
      { tcpSocket: { port: 8080 } },
    ),
  })
  .map((fields) => ({ name: "main", ...fields }));

const pod = fc.record({
  containers: container.map((one) => [one]),
  initContainers: fc.option(
    image.map((one) => [{ name: "first", image: one }]),
    { nil: undefined },
  ),
  terminationGracePeriodSeconds: fc.constantFrom(undefined, 0, 5),
  volumes: fc.constantFrom([], [{ name: "scratch", emptyDir: {} }]),
});

const workload = (name: string, fields: fc.Arbitrary<Fields>) =>
  fc.tuple(pod, fields, texts).map(([spec, others, annotations]) => ({
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name }, annotations: keyed(annotations) }, spec },
    ...others,
  }));

/** Names of annotations begin and end with a letter or a digit. */
const keyed = (all: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(all).map(([key, value]) => [`example.com/x${key}x`, value]));

const jobSpec = pod.map((spec) => ({
  template: { spec: { ...spec, restartPolicy: "Never" } },
}));
const ports = fc.constantFrom(
  [{ port: 80, targetPort: 8080 }],
  [{ port: 80, targetPort: "http" }],
  [
    { name: "status", port: 15021 },
    { name: "http", port: 8080 },
  ],
  [{ name: "grpc", port: 9000, appProtocol: "grpc" }],
);
const claim = fc.record({
  accessModes: fc.constant(["ReadWriteOnce"]),
  resources: fc.constantFrom("1Gi", "1500Mi", "2e9").map((storage) => ({ requests: { storage } })),
  storageClassName: fc.constantFrom(undefined, "do-block-storage", "do-block-storage-xfs", "gp3"),
});

const one = (apiVersion: string, kind: string, fields: fc.Arbitrary<Fields>) => (name: string) =>
  fc.tuple(fields, texts).map(([all, annotations]): Manifest[] => [
    {
      apiVersion,
      kind,
      metadata: { name, labels: { part: "generated" }, annotations: keyed(annotations) },
      ...all,
    } as Manifest,
  ]);
const withSpec =
  (apiVersion: string, kind: string, spec: (name: string) => fc.Arbitrary<unknown>) =>
  (name: string) =>
    one(
      apiVersion,
      kind,
      spec(name).map((its) => ({ spec: its })),
    )(name);

const deployment = withSpec("apps/v1", "Deployment", (name) =>
  workload(
    name,
    fc.record({
      replicas: fc.constantFrom(undefined, 0, 1, 2),
      strategy: fc.constantFrom(
        undefined,
        { type: "Recreate" },
        { rollingUpdate: { maxSurge: "50%", maxUnavailable: 0 } },
      ),
    }),
  ),
);

/** Kinds that teams use, each with what it needs beside it. */
const PARTS: readonly ((name: string) => fc.Arbitrary<Manifest[]>)[] = [
  deployment,
  withSpec("apps/v1", "StatefulSet", (name) =>
    workload(
      name,
      fc.record({
        serviceName: fc.constant(name),
        replicas: fc.constantFrom(undefined, 0, 2),
        podManagementPolicy: fc.constantFrom(undefined, "Parallel"),
        persistentVolumeClaimRetentionPolicy: fc.constantFrom(undefined, {
          whenDeleted: "Delete",
          whenScaled: "Delete",
        }),
        volumeClaimTemplates: fc.array(
          claim.map((spec) => ({ metadata: { name: "data" }, spec })),
          { maxLength: 1 },
        ),
      }),
    ),
  ),
  withSpec("apps/v1", "DaemonSet", (name) => workload(name, fc.constant({}))),
  withSpec("v1", "Pod", () => pod),
  withSpec("batch/v1", "Job", () =>
    fc
      .tuple(jobSpec, fc.constantFrom({}, { ttlSecondsAfterFinished: 0 }, { completions: 2 }))
      .map(([spec, more]) => ({ ...spec, ...more })),
  ),
  withSpec("batch/v1", "CronJob", () =>
    jobSpec.map((spec) => ({ schedule: "@daily", suspend: true, jobTemplate: { spec } })),
  ),
  one(
    "v1",
    "ConfigMap",
    fc.record({
      data: texts,
      binaryData: fc.constantFrom(undefined, {}),
      immutable: fc.constantFrom(undefined, true),
    }),
  ),
  one(
    "v1",
    "Secret",
    fc.record({
      data: fc.constantFrom(undefined, {}),
      stringData: texts,
      type: fc.constantFrom(undefined, "", "Opaque"),
      immutable: fc.constantFrom(undefined, true),
    }),
  ),
  (name) =>
    fc
      .tuple(
        deployment(name),
        withSpec("v1", "Service", () =>
          fc
            .tuple(
              ports,
              fc.constantFrom<Fields>(
                ...[{}, { clusterIP: "None" }, { type: "NodePort" }, { type: "LoadBalancer" }],
              ),
              // Nothing has the other label.
              fc.constantFrom(name, name, name, `${name}-old`),
            )
            .map(([its, fields, app]) => ({ selector: { app }, ports: its, ...fields })),
        )(name),
      )
      .map((both) => both.flat()),
  withSpec("v1", "Service", () =>
    fc.constant({ type: "ExternalName", externalName: "example.com" }),
  ),
  withSpec("v1", "PersistentVolumeClaim", () => claim),
  one("v1", "ServiceAccount", fc.constant({})),
  withSpec("networking.k8s.io/v1", "NetworkPolicy", () =>
    fc.record({
      podSelector: fc.constantFrom({}, { matchLabels: {} }),
      policyTypes: fc.constant(["Ingress"]),
      ingress: fc.constantFrom(undefined, [], [{ from: [], ports: [] }]),
    }),
  ),
  withSpec("networking.k8s.io/v1", "Ingress", () => fc.constantFrom({ rules: [] })),
  withSpec("policy/v1", "PodDisruptionBudget", (name) =>
    fc.constantFrom("50%", 0).map((minAvailable) => ({
      minAvailable,
      selector: { matchLabels: { app: name } },
    })),
  ),
  (name) =>
    fc
      .tuple(
        deployment(name),
        withSpec("autoscaling/v2", "HorizontalPodAutoscaler", () =>
          fc.constantFrom(1, 2).map((minReplicas) => ({
            scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
            minReplicas,
            maxReplicas: 3,
          })),
        )(name),
      )
      .map((both) => both.flat()),
  (name) =>
    fc.constantFrom(["get"], ["*"], []).map((verbs): Manifest[] => [
      { apiVersion: "v1", kind: "ServiceAccount", metadata: { name } },
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "Role",
        metadata: { name },
        rules: verbs.length === 0 ? [] : [{ apiGroups: [""], resources: ["pods"], verbs }],
      } as Manifest,
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: { name },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
        subjects: [{ kind: "ServiceAccount", name, namespace: "default" }],
      } as Manifest,
    ]),
  one("scheduling.k8s.io/v1", "PriorityClass", fc.constant({ value: 1000 })),
];

/** Trees of one to four parts, the same ones for a seed. */
export function generatedTrees(seed: number, count: number): readonly (readonly Manifest[])[] {
  const part = (index: number) => fc.oneof(...PARTS.map((make, kind) => make(`p${index}-${kind}`)));
  const tree = fc
    .tuple(fc.nat({ max: 3 }), ...[0, 1, 2, 3].map(part))
    .map(([most, ...parts]) => parts.slice(0, most + 1).flat());
  return fc.sample(tree, { seed, numRuns: count });
}
