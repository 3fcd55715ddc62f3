import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject } from "../core/manifests/manifest";
import { fault } from "./fault";

/** A kubeconfig that leads to no cluster: reading needs none, and must not find the one that a developer works with. */
const NO_CLUSTER = JSON.stringify({ apiVersion: "v1", kind: "Config" });

/**
 * Looks at a rendering with the kustomize that is built into Pulumi's Kubernetes provider, at any time: also before there is a
 * cluster, and in a preview. Creates nothing and costs nothing.
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
   * Makes sure that the provider, which applies a rendering, reads from its folder what was checked.
   *
   * @param directory - folder of the rendering, relative to the project
   * @param checked - its objects
   * @throws pulumi.RunError that names the objects which differ
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
        `Pulumi's Kubernetes provider reads ${different.join(", ")} in ${directory} otherwise than it was checked`,
        "report this, with the part of the tree that these objects come from",
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

/** With keys in one order, and without null, which a provider's answers do not have. */
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
