import { revisionOf } from "../../core/settings/revision";
import { engineFor } from "../stacks/engine";
import { withLockGuard } from "../stacks/lock-guard";
import { placementInState } from "../stacks/placement-in-state";
import type { StackRecord } from "../stacks/record";
import { recordSettings, settingsReader } from "../stacks/settings-record";
import { readStackFile, writeStackFile } from "../stacks/stack-file";
import { writeTags } from "../stacks/stack-tags";
import { findStack, requireStack, sourceOf } from "../stacks/stacks";
import type { ArgumentsOf, Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import type { protect as definition } from "./protect.command";
import type { ProtectData } from "./protect.data";

/** Shared with `unprotect`. */
type Words = ArgumentsOf<typeof definition>;

export async function protect(context: Context, [stack]: Words): Promise<Result> {
  await setProtection(context, stack, true);
  return resultOf(
    { stack, protected: true },
    `is protected; \`doks-env unprotect ${stack}\` ends that`,
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
 * Sets or removes an environment's protection: in its settings, so that the next update agrees; in its state, so that it
 * applies at once, also to plain `pulumi destroy`; and in a tag, for lists of environments.
 */
async function setProtection(context: Context, stack: string, isProtected: boolean): Promise<void> {
  const read = () => findStack(context, stack);
  const seen = requireStack(context, stack);
  await withLockGuard(
    context,
    engineFor(context),
    stack,
    read,
    undefined,
    async (record) => set(context, record ?? (await seen), isProtected),
    seen,
  );
}

async function set(context: Context, record: StackRecord, isProtected: boolean): Promise<void> {
  const { project } = context;
  const { stack } = record;
  const engine = engineFor(context);
  const theirs = await settingsReader(context)(record);
  const protect = { protect: String(isProtected) };
  const { clusters, namespace, domainUrns = [] } = await placementInState(sourceOf(context), stack);
  const urns = [
    ...[...clusters, ...(namespace ? [namespace] : [])].map(({ urn }) => urn),
    ...domainUrns,
  ];
  if (urns.length > 0) {
    const verb = isProtected ? "protect" : "unprotect";
    await engine.output("state", verb, ...urns, "--yes", "--stack", stack);
  }
  const own = { ...theirs?.own, ...protect };
  await writeTags(context, record, {
    protected: protect.protect,
    ...recordSettings(own, record),
  });
  const file = readStackFile(project, stack);
  const isCurrent =
    theirs === undefined || [file?.basedOn, file && revisionOf(file.own)].includes(theirs.revision);
  // An outdated file stays outdated, and the next `up` shows the difference.
  if (file !== undefined && isCurrent) {
    writeStackFile(project, stack, file.text, { ...file.own, ...protect }, revisionOf(own));
  }
}
