import type { KubernetesObject } from "../../../core/manifests/manifest";
import { invalidTexts } from "../../../core/rules/text-grammar";

const object = (kind: string, more: object, apiVersion = "v1") =>
  ({ apiVersion, kind, metadata: { name: "one" }, ...more }) as KubernetesObject;
const labelled = (labels: object) => object("ConfigMap", { metadata: { name: "one", labels } });
const annotated = (annotations: object) =>
  object("ConfigMap", { metadata: { name: "one", annotations } });
const LONG = "a".repeat(64);
const MIB = "a".repeat(2 ** 20);

describe("invalidTexts", () => {
  it.each<[string, KubernetesObject]>([
    ['metadata.labels.branch is "feature/x"', labelled({ branch: "feature/x" })],
    ['metadata.labels.version is "1.0+build"', labelled({ version: "1.0+build" })],
    ['metadata.labels.version is "-"', labelled({ version: "-" })],
    [`metadata.labels.hash is "${LONG}"`, labelled({ hash: LONG })],
    ['metadata.labels has the name "a b"', labelled({ "a b": "" })],
    ['metadata.labels has the name "a/b/c"', labelled({ "a/b/c": "" })],
    ['metadata.labels has the name "Example.com/a"', labelled({ "Example.com/a": "" })],
    [`metadata.annotations has the name "${LONG}"`, annotated({ [LONG]: "" })],
    ['metadata.annotations has the name "/a"', annotated({ "/a": "" })],
    ["metadata.annotations are larger than 256 KiB", annotated({ a: MIB })],
    ['spec.selector.app is "a b"', object("Service", { spec: { selector: { app: "a b" } } })],
    [
      'spec.template.metadata.labels.app is "a b"',
      object(
        "Deployment",
        { spec: { template: { metadata: { labels: { app: "a b" } } } } },
        "apps/v1",
      ),
    ],
    ['spec.nodeSelector.zone is "a b"', object("Pod", { spec: { nodeSelector: { zone: "a b" } } })],
    ['data has the key "conf/app.ini"', object("ConfigMap", { data: { "conf/app.ini": "" } })],
    ['data has the key "..a"', object("ConfigMap", { data: { "..a": "" } })],
    ["data.password is not valid base64", object("Secret", { data: { password: "hunter2!" } })],
    ["binaryData.logo is not valid base64", object("ConfigMap", { binaryData: { logo: "x" } })],
    ["data.a is not valid base64", object("Secret", { data: { a: "YQ=a" } })],
    ["data.a is not valid base64", object("Secret", { data: { a: "YWJ" } })],
    ["its data are larger than 1 MiB", object("ConfigMap", { data: { a: MIB, b: "a" } })],
    ["its data are larger than 1 MiB", object("Secret", { stringData: { a: MIB, b: "a" } })],
    ["its data are larger than 1 MiB", object("Secret", { data: { a: "AAAA".repeat(2 ** 22) } })],
  ])("reports that %s", (expected, tree) => {
    const [fault, ...others] = invalidTexts([tree]);
    expect(fault?.message).toContain(`${tree.kind}/one: ${expected}`);
    expect(fault?.fix).toMatch(/^(use|encode|divide|remove) /);
    expect(others).toEqual([]);
  });

  it("does not print the value of a Secret", () => {
    const [fault] = invalidTexts([object("Secret", { data: { password: "hunter2!" } })]);
    expect(JSON.stringify(fault)).not.toContain("hunter2");
  });

  it("offers the nearest value of a label", () => {
    expect(invalidTexts([labelled({ branch: "/feature/x y/" })])[0]?.fix).toContain(
      'such as "feature-x-y"',
    );
  });

  it.each<[string, KubernetesObject]>([
    ["labels as tools write them", labelled({ "app.kubernetes.io/name": "a_B.c-1", empty: "" })],
    ["annotations in upper case", annotated({ "Example.com/A": "any text: ü\n" })],
    ["names of variables", object("Pod", { spec: { containers: [{ env: [{ name: "a b" }] }] } })],
    [
      "base64 in lines",
      object("Secret", { data: { a: "YWJj\nZGVm\n", b: "", c: "YQ==" }, stringData: { d: "!" } }),
    ],
    ["keys with dots", object("ConfigMap", { data: { ".a..b": "" } })],
    [
      "one MiB of encoded data",
      object("Secret", { data: { a: Buffer.from(MIB).toString("base64") } }),
    ],
    [
      "the labels of others in a custom resource",
      object("Topic", { spec: { labels: { a: "b c" } } }, "queue.example.com/v1"),
    ],
  ])("accepts %s", (_, tree) => {
    expect(invalidTexts([tree])).toEqual([]);
  });
});
