import type { KubernetesObject } from "../../../core/manifests/manifest";
import { mergedFields } from "../../../core/rules/merged-fields";

const POD = { apiVersion: "v1", kind: "Pod", metadata: { name: "web" } };
const object = (kind: string, spec: object) => ({ ...POD, kind, spec }) as KubernetesObject;
const inContainer = (fields: object) => ({ containers: [{ name: "web", ...fields }] });
const inVariable = (fields: object) => inContainer({ env: [{ name: "A", ...fields }] });
const inResources = (request: unknown, limit: unknown) =>
  inContainer({ resources: { requests: { cpu: request }, limits: { cpu: limit } } });
const field = { fieldRef: { fieldPath: "metadata.name" } };
const rollingUpdate = { maxSurge: 1 };

describe("mergedFields", () => {
  it.each<[string, object]>([
    [
      "the readinessProbe of container web has both httpGet and tcpSocket",
      inContainer({ readinessProbe: { tcpSocket: { port: 80 }, httpGet: { port: 80 } } }),
    ],
    [
      "the preStop of container web has both exec and sleep",
      inContainer({ lifecycle: { preStop: { sleep: { seconds: 1 }, exec: { command: ["a"] } } } }),
    ],
    [
      "variable A of container web has both value and valueFrom",
      inVariable({ value: "a", valueFrom: field }),
    ],
    [
      "volume data has both emptyDir and persistentVolumeClaim",
      { volumes: [{ name: "data", emptyDir: {}, persistentVolumeClaim: { claimName: "a" } }] },
    ],
    ["container web requests 2 of cpu, but its limit is 500m", inResources(2, "500m")],
  ])("reports that %s", (expected, pod) => {
    const [fault, ...others] = mergedFields(object("Pod", pod), pod);
    expect(fault?.message).toContain(expected);
    expect(others).toEqual([]);
  });

  it.each<[string, string, object]>([
    [
      "it has both minAvailable and maxUnavailable",
      "PodDisruptionBudget",
      { minAvailable: 1, maxUnavailable: 0 },
    ],
    [
      "its strategy Recreate has settings of a rolling update",
      "Deployment",
      { strategy: { type: "Recreate", rollingUpdate } },
    ],
    [
      "its updateStrategy OnDelete has settings of a rolling update",
      "StatefulSet",
      { updateStrategy: { type: "OnDelete", rollingUpdate } },
    ],
  ])("reports that %s", (expected, kind, spec) => {
    expect(mergedFields(object(kind, spec), undefined)).toEqual([
      {
        message: expect.stringContaining(expected) as string,
        fix: expect.stringMatching(/: null"\)$/) as string,
      },
    ]);
  });

  it.each<[string, string, object]>([
    ["an empty value beside another source", "Pod", inVariable({ value: "", valueFrom: field })],
    ["a request that equals its limit", "Pod", inResources("0.5", "500m")],
    ["a request without a limit", "Pod", inResources("0.5", undefined)],
    ["a quantity with an exponent", "Pod", inResources("2", "1e3")],
    ["a volume without a source", "Pod", { volumes: [{ name: "data" }] }],
    ["a rolling update", "Deployment", { strategy: { type: "RollingUpdate", rollingUpdate } }],
    [
      "such settings of a DaemonSet",
      "DaemonSet",
      { updateStrategy: { type: "OnDelete", rollingUpdate } },
    ],
  ])("accepts %s", (_, kind, spec) => {
    expect(mergedFields(object(kind, spec), kind === "Pod" ? spec : undefined)).toEqual([]);
  });
});
