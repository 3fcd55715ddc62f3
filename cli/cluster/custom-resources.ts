import type * as kubernetes from "@kubernetes/client-node";
import { isCustomGroup } from "../../core/rules/kinds";
import type { CustomResource } from "./api-objects";

interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly isNamespaced: boolean;
}

/**
 * Lists what the cluster has of kinds that were added to it. A kind that cannot be listed is left out: either the user may
 * not, or its own operator is down, which the operator's workload tells.
 *
 * @param only - the group of the kinds. @default - all
 */
export async function listCustomResources(
  { ApisApi, CustomObjectsApi }: typeof kubernetes,
  configuration: kubernetes.Configuration,
  namespace: string,
  only?: string,
): Promise<CustomResource[]> {
  const custom = new CustomObjectsApi(configuration);
  const { groups } = await new ApisApi(configuration).getAPIVersions();
  const versions = groups
    .filter(({ name }) => (only === undefined ? isCustomGroup(name) : name === only))
    .map(({ name, preferredVersion, versions: [first] }) => ({
      group: name,
      version: (preferredVersion ?? first)?.version ?? "",
    }));
  const resources = await Promise.all(
    versions.map((one) => orNothing(async () => resourcesOf(custom, one))),
  );
  const lists = await Promise.all(
    resources.flat().map(({ isNamespaced, ...one }) =>
      orNothing(async () => {
        const list: unknown = isNamespaced
          ? await custom.listNamespacedCustomObject({ ...one, namespace })
          : await custom.listClusterCustomObject(one);
        return (list as { readonly items: CustomResource[] }).items;
      }),
    ),
  );
  return lists.flat();
}

async function resourcesOf(
  custom: kubernetes.CustomObjectsApi,
  version: { readonly group: string; readonly version: string },
): Promise<Resource[]> {
  const { resources } = await custom.getAPIResources(version);
  return resources
    .filter(({ name, verbs }) => !name.includes("/") && verbs.includes("list"))
    .filter(({ namespaced, kind }) => namespaced || kind === "GatewayClass")
    .map(({ name, namespaced }) => ({ ...version, plural: name, isNamespaced: namespaced }));
}

async function orNothing<T>(read: () => Promise<T[]>): Promise<T[]> {
  try {
    return await read();
  } catch {
    // See the function that asks.
    return [];
  }
}
