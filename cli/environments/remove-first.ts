import type { KubernetesObject } from "../../core/manifests/manifest";
import type { Bounds } from "../../core/rules/demand";
import { removedFirst } from "../../core/rules/removed-first";
import type { StackRecord } from "../stacks/record";
import { sourceOf } from "../stacks/stacks";
import { follow } from "../stacks/update";
import { wholeStateOf } from "../stacks/whole-state";
import type { Stack } from "../stacks/workspace";
import type { Context } from "../terminal/context";
import type { ProgressLines } from "../terminal/progress";

/** The type of the component that declares the tree's objects. */
const OF_TREE = /kubernetes:kustomize\/v2:Directory\$kubernetes:/;

/** An object of the previous tree, in the state. */
interface Known extends KubernetesObject {
  readonly urn: string;
}

/**
 * Deletes objects before an update when the quota has no room for them beside their replacements. Pulumi itself creates
 * before it deletes.
 */
export async function removeFirst(
  context: Context,
  record: StackRecord | undefined,
  { handle, progress }: { readonly handle: Stack; readonly progress: ProgressLines },
  wanted: readonly KubernetesObject[],
  bounds: Bounds,
): Promise<void> {
  if (record === undefined || !record.hasResources) {
    return;
  }
  const { resources } = await wholeStateOf(sourceOf(context), record.stack);
  const before = resources
    .filter(({ urn, delete: goes }) => OF_TREE.test(urn) && !goes)
    .map(({ urn, inputs }) => ({ ...(inputs as unknown as KubernetesObject), urn }));
  const removed: Known[] = removedFirst(before, wanted, bounds);
  if (removed.length > 0) {
    const names = removed.map(({ kind, metadata }) => `${kind}/${metadata.name}`).join(", ");
    progress.note(
      `  ! the quota has no room for old and new objects at the same time; deleting first: ${names}`,
    );
    const targets = removed.map(({ urn }) => urn);
    await follow(context, progress, (followed) => handle.destroy({ ...followed, targets }));
  }
}
