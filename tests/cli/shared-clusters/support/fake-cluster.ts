import type { ClusterObjects } from "../../../../cli/shared-clusters/cluster-objects";

/** A cluster that answers by path, without the query of a list. @param change - is given what is to change */
export function clusterWith(
  answers: Readonly<Record<string, object>>,
  change: (path: string, patch: object) => Promise<void> = () => Promise.resolve(),
): ClusterObjects {
  const find = (path: string) => Promise.resolve(answers[path.split("?")[0] ?? ""]);
  return {
    clusterId: "c-1",
    find,
    change,
    list: async (path: string) =>
      ((await find(path)) as { items: object[] } | undefined)?.items ?? [],
  } as unknown as ClusterObjects;
}

export const listOf = (...items: object[]) => ({ items });
