import { KustomizeRenderer } from "../../components/kustomize-renderer";
import type { KubernetesObject } from "../../core/manifests/manifest";
import { KUBERNETES_PROVIDER } from "../helpers/doks-mocks";
import { lines, only, Recording } from "../helpers/record-mocks";

const CHECKED: KubernetesObject = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a", namespace: "alice-dev" },
  ...{ data: { one: "1", two: "no" }, list: [null, { a: null }] },
};

/** Has a provider read these objects, where that one was checked. */
async function compare(...read: object[]) {
  const answer = jest.fn(() => ({ result: read }));
  const recording = await Recording.start({
    answers: { "kubernetes:kustomize:directory": answer },
  });
  const compared = new KustomizeRenderer("kustomize").requireSame(".rendered/alice-dev", [CHECKED]);
  return { compared, answer, recording };
}

describe("KustomizeRenderer", () => {
  it("uses a provider without a cluster", async () => {
    const { compared, answer, recording } = await compare(CHECKED);
    await compared;
    expect(answer).toHaveBeenCalledWith({ directory: ".rendered/alice-dev" });

    const resources = await recording.resources();
    expect(lines(resources)).toEqual([
      "ephemeral-doks:components:KustomizeRenderer kustomize",
      `${KUBERNETES_PROVIDER} kustomize`,
    ]);
    expect(only(resources, KUBERNETES_PROVIDER)).toMatchObject({
      parent: "kustomize",
      inputs: { kubeconfig: '{"apiVersion":"v1","kind":"Config"}' },
    });
  });

  it("ignores the order of keys, and null", async () => {
    const { kind, apiVersion, metadata } = CHECKED;
    const read = { kind, list: [{}], metadata, data: { two: "no", one: "1" }, apiVersion };
    const { compared } = await compare(read);
    await expect(compared).resolves.toBeUndefined();
  });

  it.each([
    [[{ ...CHECKED, data: { one: "1", two: false } }]],
    [[{ ...CHECKED, data: { one: "1" } }]],
    [[]],
  ])("refuses an object that the provider reads as %j", async (read) => {
    const { compared } = await compare(...read);
    await expect(compared).rejects.toThrow(
      "reads ConfigMap.v1 alice-dev/a in .rendered/alice-dev differently from the check",
    );
  });

  it("refuses additional objects of the provider", async () => {
    const { compared } = await compare(CHECKED, { ...CHECKED, metadata: { name: "b" } });
    await expect(compared).rejects.toThrow("reads ConfigMap.v1 /b in");
  });
});
