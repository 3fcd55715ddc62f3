import * as pulumi from "@pulumi/pulumi";
import { ID_LABEL } from "../core/labels";
import { namespaceErrors } from "../core/rules/tenancy";
import { requireNone } from "./fault";
import type { SharedCluster } from "./shared-cluster";

/**
 * Makes a hook that the engine runs before it creates the environment's namespace, in a preview too: it fails when the
 * cluster has a namespace of that name which does not carry the environment's id. The engine alone knows that the namespace
 * is to be created, and not in the state already; the provider would take over what is there.
 */
export function namespaceGuard(
  cluster: Pick<SharedCluster, "name" | "objects">,
  owner: Readonly<Record<string, string>>,
): pulumi.ResourceHook {
  return new pulumi.ResourceHook(
    "namespace-is-free",
    ({ newInputs }) => requireFree(cluster, owner, (newInputs as NewNamespace).metadata),
    { onDryRun: true },
  );
}

interface NewNamespace {
  readonly metadata: {
    readonly name: string;
    readonly labels: Readonly<Record<string, unknown>>;
  };
}

/** @throws pulumi.RunError when a namespace of that name is not the environment's */
export async function requireFree(
  cluster: Pick<SharedCluster, "name" | "objects">,
  owner: Readonly<Record<string, string>>,
  { name: namespace, labels }: NewNamespace["metadata"],
): Promise<void> {
  // In the preview of a new environment its id is not known yet.
  const id = labels[ID_LABEL];
  const proof = { ...(typeof id === "string" ? { id } : {}), isInState: false };
  const existing = await cluster.objects.find(`/api/v1/namespaces/${namespace}`);
  requireNone(namespaceErrors({ namespace, owner, proof }, { cluster, existing }));
}
