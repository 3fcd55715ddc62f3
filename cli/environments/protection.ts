import { homeInState } from "../stacks/cluster-in-state";
import { engineFor } from "../stacks/engine";
import { restoreConfig, writeConfig } from "../stacks/stack-config";
import { requireStack } from "../stacks/stacks";
import { setTags } from "../stacks/tags";
import type { Context } from "../terminal/context";

/**
 * Protects an environment, or lifts that: in its config, so that the next update agrees; in its state, so that it
 * holds at once, also against plain `pulumi destroy`; and as a tag, for whoever lists environments.
 */
export async function setProtection(
  context: Context,
  stack: string,
  isProtected: boolean,
): Promise<void> {
  const engine = engineFor(context);
  const record = await requireStack(context, stack);
  await restoreConfig(context.project, record, engine);
  await writeConfig(context.project, stack, { protect: String(isProtected) }, engine);
  const verb = isProtected ? "protect" : "unprotect";
  const { clusters, namespace } = await homeInState(engine, stack);
  for (const { urn } of [...clusters, ...(namespace ? [namespace] : [])]) {
    await engine.output("state", verb, urn, "--yes", "--stack", stack);
  }
  await setTags(engine, stack, { protected: String(isProtected) }, record.tags);
}
