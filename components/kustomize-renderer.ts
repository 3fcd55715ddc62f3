import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject } from "../core/manifests/manifest";

/** A kubeconfig that leads to no cluster: rendering needs none, and must not find the one a developer works with. */
const NO_CLUSTER = JSON.stringify({ apiVersion: "v1", kind: "Config" });

/**
 * Renders kustomize trees with the kustomize that is built into Pulumi's Kubernetes provider, at any time: also
 * before there is a cluster, and in a preview. Creates nothing and costs nothing.
 */
export class KustomizeRenderer extends pulumi.ComponentResource {
  public static readonly __pulumiType = "ephemeral-doks:components:KustomizeRenderer";

  private readonly provider: k8s.Provider;

  public constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super(KustomizeRenderer.__pulumiType, name, {}, opts);
    this.provider = new k8s.Provider(name, { kubeconfig: NO_CLUSTER }, { parent: this });
    this.registerOutputs({});
  }

  /**
   * @param directory - folder with a kustomization, absolute or relative to the project
   * @throws an Error with kustomize's own words when it does not build
   */
  public async render(directory: string): Promise<KubernetesObject[]> {
    const { result } = (await pulumi.runtime.invoke(
      "kubernetes:kustomize:directory",
      { directory },
      { provider: this.provider },
    )) as { result: KubernetesObject[] };
    return result;
  }
}
