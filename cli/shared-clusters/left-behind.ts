import type { Engine } from "../stacks/engine";
import { removeTags, setTags } from "../stacks/stack-tags";

/** Names the thing's id, 40 characters as Pulumi Cloud allows; the value is the cluster's id. */
const TAG = "has.";

/** What a teardown has left of an environment on a shared cluster: once its namespace is gone, nothing else tells whose it is. */
export interface LeftBehind {
  readonly clusterId: string;
  readonly ids: readonly string[];
}

/** What the last teardown has left, as the stack's tags say. */
export function leftBehindIn(tags: Readonly<Record<string, string>>): LeftBehind | undefined {
  const found = Object.entries(tags).filter(([name]) => name.startsWith(TAG));
  const [, clusterId] = found[0] ?? [];
  return clusterId === undefined
    ? undefined
    : { clusterId, ids: found.map(([name]) => name.slice(TAG.length)) };
}

/** Writes down what is left now, so that whoever takes it down once more still finds it, and strikes out the rest. */
export async function rememberLeft(
  engine: Engine,
  stack: string,
  { clusterId, belongings }: { readonly clusterId: string; readonly belongings: readonly string[] },
  left: readonly { readonly id: string }[],
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  const ids = left.map(({ id }) => id).filter((id) => belongings.includes(id));
  const wanted = Object.fromEntries(ids.map((id) => [`${TAG}${id}`, clusterId]));
  const struck = Object.keys(tags).filter((name) => name.startsWith(TAG) && !(name in wanted));
  await setTags(engine, stack, wanted, tags);
  await removeTags(engine, stack, struck, tags);
}
