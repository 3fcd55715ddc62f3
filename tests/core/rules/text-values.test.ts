import type { KubernetesObject } from "../../../core/manifests/manifest";
import { unquotedValues } from "../../../core/rules/text-values";

const object = (kind: string, more: object, apiVersion = "v1"): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name: "one" },
  ...more,
});
const pod = (template: object) => object("Deployment", { spec: { template } }, "apps/v1");
const env = (value: unknown) => pod({ spec: { containers: [{ env: [{ name: "PORT", value }] }] } });

describe("unquotedValues", () => {
  it.each<[string, KubernetesObject]>([
    ["spec.template.spec.containers[0].env[PORT].value is 8080", env(8080)],
    ["spec.template.spec.containers[0].env[PORT].value is false", env(false)],
    [
      "spec.template.metadata.annotations.index is 8.1",
      pod({ metadata: { annotations: { index: 8.1 } } }),
    ],
    ["spec.template.metadata.labels.on is true", pod({ metadata: { labels: { on: true } } })],
    [
      "spec.selector.matchLabels.shard is 1",
      object("Deployment", { spec: { selector: { matchLabels: { shard: 1 } } } }, "apps/v1"),
    ],
    ["spec.template.spec.nodeSelector.gpu is true", pod({ spec: { nodeSelector: { gpu: true } } })],
    ["data.debug is true", object("ConfigMap", { data: { debug: true } })],
    ["stringData.pin is 1234", object("Secret", { stringData: { pin: 1234 } })],
    [
      "metadata.annotations.wave is -1",
      {
        ...object("Topic", {}, "queue.example.com/v1"),
        metadata: { name: "one", annotations: { wave: -1 } as never },
      },
    ],
  ])("reports that %s", (expected, tree) => {
    const [fault, ...others] = unquotedValues([tree]);
    expect(fault?.message).toBe(
      `${tree.kind}/one: ${expected} without quotes, but Kubernetes accepts only strings there`,
    );
    expect(fault?.fix).toMatch(/^write it as "/);
    expect(others).toEqual([]);
  });

  it.each<[string, KubernetesObject]>([
    ["texts", env("8080")],
    [
      "variables from elsewhere",
      pod({ spec: { containers: [{ env: [{ name: "A", valueFrom: {} }] }] } }),
    ],
    [
      "empty fields",
      pod({
        metadata: { labels: null, annotations: { a: null } },
        spec: { containers: [{ env: null }] },
      }),
    ],
    [
      "numbers where they belong",
      pod({ spec: { containers: [{ ports: [{ containerPort: 80 }] }] } }),
    ],
    [
      "what custom resources hold",
      object(
        "Topic",
        { spec: { env: [{ name: "A", value: 1 }], labels: { a: 1 } } },
        "queue.example.com/v1",
      ),
    ],
    [
      "a schema",
      object(
        "CustomResourceDefinition",
        {
          spec: { schema: { properties: { nodeSelector: { type: "object", maxProperties: 8 } } } },
        },
        "apiextensions.k8s.io/v1",
      ),
    ],
    ["fields called data elsewhere", object("Rule", { data: { a: 1 } }, "networking.k8s.io/v1")],
  ])("accepts %s", (_, tree) => {
    expect(unquotedValues([tree])).toEqual([]);
  });
});
