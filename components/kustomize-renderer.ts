import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject } from "../core/manifests/manifest";
import { fault } from "./fault";

/** A kubeconfig without a cluster: reading needs none, and must not use a developer's own. */
const NO_CLUSTER = JSON.stringify({ apiVersion: "v1", kind: "Config" });

/**
 * Reads a rendering with the kustomize in Pulumi's Kubernetes provider. This works before there is a cluster, and in a
 * preview. Creates nothing and costs nothing.
 */
export class KustomizeRenderer extends pulumi.ComponentResource {
  public static readonly __pulumiType = "ephemeral-doks:components:KustomizeRenderer";

  private readonly provider: Provider;

  public constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super(KustomizeRenderer.__pulumiType, name, {}, opts);
    this.provider = new Provider(name, { kubeconfig: NO_CLUSTER }, { parent: this });
    this.registerOutputs({});
  }

  /**
   * Requires that the provider, which applies a rendering, reads exactly the checked objects from its folder.
   *
   * @param directory - folder of the rendering, relative to the project
   * @param checked - its objects
   * @throws pulumi.RunError with the objects that differ
   */
  public async requireSame(directory: string, checked: readonly KubernetesObject[]): Promise<void> {
    const { result } = (await pulumi.runtime.invoke(
      "kubernetes:kustomize:directory",
      { directory },
      { provider: this.provider },
    )) as { result: KubernetesObject[] };
    const wanted = byName(checked);
    const read = byName(result);
    const different = [...new Set([...wanted.keys(), ...read.keys()])].filter(
      (name) => wanted.get(name) !== read.get(name),
    );
    if (different.length > 0) {
      throw fault(
        `Pulumi's Kubernetes provider reads ${different.join(", ")} in ${directory} differently from the check`,
        "report this, with the part of the tree that contains these objects",
      );
    }
  }
}

function byName(objects: readonly KubernetesObject[]): Map<string, string> {
  return new Map(
    objects.map((object) => {
      const { apiVersion, kind, metadata } = object;
      const { namespace = "", name } = metadata;
      return [
        `${kind}.${apiVersion} ${namespace}/${name}`,
        JSON.stringify(comparable(object)) ?? "",
      ];
    }),
  );
}

/** Sorts keys, and drops null, which a provider's answers do not contain. */
function comparable(node: unknown): unknown {
  if (Array.isArray(node)) {
    return node.filter((item) => item !== null).map(comparable);
  }
  return typeof node === "object" && node !== null
    ? Object.fromEntries(
        Object.entries(node)
          .filter(([, value]) => value !== null)
          .sort(([one], [other]) => (one < other ? -1 : 1))
          .map(([key, value]) => [key, comparable(value)]),
      )
    : node;
}
