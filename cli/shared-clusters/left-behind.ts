import type { StackRecord } from "../stacks/record";
import { writeTags } from "../stacks/stack-tags";
import type { Context } from "../terminal/context";

/** Prefix of tags with a resource's id in their name, within Pulumi Cloud's 40 characters; their value is the cluster's id. */
const TAG = "has.";

/** The remaining resources of an environment on a shared cluster. After its namespace is gone, only this record identifies them. */
export interface LeftBehind {
  readonly clusterId: string;
  readonly ids: readonly string[];
}

/** Returns the remaining resources of the last teardown, from the stack's tags. */
export function leftBehindIn(tags: Readonly<Record<string, string>>): LeftBehind | undefined {
  const found = Object.entries(tags).filter(([name]) => name.startsWith(TAG));
  const [, clusterId] = found[0] ?? [];
  return clusterId === undefined
    ? undefined
    : { clusterId, ids: found.map(([name]) => name.slice(TAG.length)) };
}

/** Records the remaining resources for the next teardown, and removes all other entries. */
export async function rememberLeft(
  context: Context,
  record: Pick<StackRecord, "stack" | "tags">,
  {
    clusterId,
    accountResources,
  }: { readonly clusterId: string; readonly accountResources: readonly string[] },
  left: readonly { readonly id: string }[],
): Promise<void> {
  const ids = left.map(({ id }) => id).filter((id) => accountResources.includes(id));
  const wanted = Object.fromEntries(ids.map((id) => [`${TAG}${id}`, clusterId]));
  const known = Object.keys(record.tags).filter((name) => name.startsWith(TAG));
  const struck = Object.fromEntries(known.map((name) => [name, null]));
  await writeTags(context, record, { ...struck, ...wanted });
}
