import { KustomizeRenderer } from "../../components/kustomize-renderer";
import { KUBERNETES_PROVIDER } from "../helpers/doks-mocks";
import { lines, only, Recording } from "../helpers/record-mocks";

describe("KustomizeRenderer", () => {
  it("renders with a provider that leads to no cluster", async () => {
    const render = jest.fn(() => ({ result: [{ kind: "Namespace" }] }));
    const recording = await Recording.start({
      answers: { "kubernetes:kustomize:directory": render },
    });
    const renderer = new KustomizeRenderer("kustomize");
    expect(await renderer.render("kustomize/dev")).toEqual([{ kind: "Namespace" }]);
    expect(render).toHaveBeenCalledWith({ directory: "kustomize/dev" });

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
});
