import { foreignFinalizers } from "../../core/rules/finalizers";
import type { ClusterObject, ClusterObjects } from "./cluster-objects";

/** An object that a terminating namespace waits for. */
export interface Blocker {
  /** With its group: `services`, `certificates.cert-manager.io`. */
  readonly resource: string;
  readonly name: string;
  readonly finalizers: readonly string[];
  readonly path: string;
}

interface Namespace extends ClusterObject {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly message?: string }[];
  };
}

/**
 * Matches the namespace controller's message about remaining objects, with a dot before an empty group, too.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.35.0/pkg/controller/namespace/deletion/status_condition_utils.go
 */
const REMAINING = /([a-z0-9-]+)\.([a-z0-9.-]*) has \d+ resource instances/g;

/**
 * Returns the objects with finalizers that block a namespace's deletion.
 *
 * @returns none for a namespace that is not terminating, or before its controller has reported
 */
export async function blockersOf(objects: ClusterObjects, namespace: string): Promise<Blocker[]> {
  const found = await objects.find<Namespace>(`/api/v1/namespaces/${namespace}`);
  const said = found?.status?.conditions?.find(({ type }) => type === "NamespaceContentRemaining");
  const remaining = [...(said?.message ?? "").matchAll(REMAINING)];
  const blockers = await Promise.all(
    remaining.map(async ([, plural = "", group = ""]) => {
      const collection = `${await root(objects, group)}/namespaces/${namespace}/${plural}`;
      const all = await objects.list(collection);
      const resource = group === "" ? plural : `${plural}.${group}`;
      return all.flatMap(({ metadata: { name, finalizers = [] } }) =>
        finalizers.length === 0
          ? []
          : [{ resource, name, finalizers, path: `${collection}/${name}` }],
      );
    }),
  );
  return blockers.flat();
}

/** Returns the path of the API server for a group's preferred version. */
async function root(objects: ClusterObjects, group: string): Promise<string> {
  if (group === "") {
    return "/api/v1";
  }
  const found = await objects.find<{ preferredVersion: { groupVersion: string } }>(
    `/apis/${group}`,
  );
  return `/apis/${found?.preferredVersion.groupVersion ?? group}`;
}

/** Returns for example `configmaps/held (finalizer example.com/hold)`. */
export function describeBlocker({ resource, name, finalizers }: Omit<Blocker, "path">): string {
  const noun = finalizers.length === 1 ? "finalizer" : "finalizers";
  return `${resource}/${name} (${noun} ${finalizers.join(", ")})`;
}

/**
 * Removes an object's finalizers except those of Kubernetes and DigitalOcean.
 *
 * @returns the object with the removed finalizers, or undefined without any
 */
export async function release(
  objects: ClusterObjects,
  blocker: Blocker,
): Promise<Blocker | undefined> {
  const foreign = foreignFinalizers(blocker.resource, blocker.finalizers);
  if (foreign.length === 0) {
    return undefined;
  }
  const finalizers = blocker.finalizers.filter((finalizer) => !foreign.includes(finalizer));
  await objects.change(blocker.path, { metadata: { finalizers } });
  return { ...blocker, finalizers: foreign };
}

/** Returns the command that removes an object's finalizers without the work that they stand for. */
export function releaseCommand(
  namespace: string,
  { resource, name }: Pick<Blocker, "resource" | "name">,
): string {
  return `kubectl -n ${namespace} patch ${resource} ${name} --type merge --patch '{"metadata":{"finalizers":null}}'`;
}
