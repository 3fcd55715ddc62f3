import { clusterInState } from "../stacks/cluster-in-state";
import { engineFor } from "../stacks/engine";
import { restoreConfig, writeConfig } from "../stacks/stack-config";
import { setTags } from "../stacks/stack-tags";
import { requireStack } from "../stacks/stacks";
import type { ArgumentsOf, Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import type { protect as definition } from "./protect.command";
import type { ProtectData } from "./protect.data";

/** Of `unprotect`, too. */
type Words = ArgumentsOf<typeof definition>;

export async function protect(context: Context, [stack]: Words): Promise<Result> {
  await setProtection(context, stack, true);
  return resultOf(
    { stack, protected: true },
    `is protected; \`doks-env unprotect ${stack}\` lifts it`,
  );
}

export async function unprotect(context: Context, [stack]: Words): Promise<Result> {
  await setProtection(context, stack, false);
  return resultOf({ stack, protected: false }, "can be taken down");
}

function resultOf(data: ProtectData, text: string): Result {
  return { data, text: () => `${data.stack} ${text}\n` };
}

/**
 * Protects an environment, or lifts that: in its config, so that the next update agrees; in its state, so that it
 * holds at once, also against plain `pulumi destroy`; and as a tag, for whoever lists environments.
 */
async function setProtection(context: Context, stack: string, isProtected: boolean): Promise<void> {
  const engine = engineFor(context);
  const record = await requireStack(context, stack);
  await restoreConfig(context.project, record, engine);
  await writeConfig(context.project, stack, { protect: String(isProtected) }, engine);
  const verb = isProtected ? "protect" : "unprotect";
  const { clusters, namespace } = await clusterInState(engine, stack);
  for (const { urn } of [...clusters, ...(namespace ? [namespace] : [])]) {
    await engine.output("state", verb, urn, "--yes", "--stack", stack);
  }
  await setTags(engine, stack, { protected: String(isProtected) }, record.tags);
}
