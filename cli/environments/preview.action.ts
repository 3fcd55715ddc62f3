import type { EngineEvent, OpMap } from "@pulumi/pulumi/automation";
import { imagesOf, type KubernetesObject } from "../../core/manifests/manifest";
import { revisionOf } from "../../core/settings/revision";
import { requireAwake } from "../stacks/awake";
import { engineFor } from "../stacks/engine";
import { statusOf } from "../stacks/environment-status";
import { withTemporaryStack } from "../stacks/preview-workspace";
import { withSettingOptions } from "../stacks/setting-options";
import { settingsReader } from "../stacks/settings-record";
import { settingsOf } from "../stacks/stack-config";
import { configFor, lastFile, readStackFile } from "../stacks/stack-file";
import { findStack } from "../stacks/stacks";
import { inTemporaryProject } from "../stacks/temporary-folder";
import { follow } from "../stacks/update";
import { openWorkspace, type Stack, type Workspace } from "../stacks/workspace";
import type { ArgumentsOf, Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import { type Progress, progressOf } from "../terminal/progress";
import type { preview } from "./preview.command";
import type { PreviewData, RenderedObject, ResourceChange } from "./preview.data";
import { previewText } from "./preview.text";
import { type Checked, checkUp } from "./up-checks";

/** Components are omitted, because they are not real resources, and a replacement is listed once. */
const UNTOLD_TYPES = /^(ephemeral-doks:|pulumi:(pulumi:Stack|providers:)|kubernetes:kustomize)/;
const UNTOLD_OPERATIONS = ["same", "create-replacement", "delete-replaced", "read"];

export async function run(context: Context, [stack]: ArgumentsOf<typeof preview>): Promise<Result> {
  const { project, terminal, now } = context;
  const progress = progressOf(context);
  try {
    const record = await findStack(context, stack);
    if (record !== undefined) {
      requireAwake(record);
    }
    const file = readStackFile(project, stack);
    const theirs = record && (await settingsReader(context)(record));
    const own = file?.own ?? theirs?.own ?? {};
    const { hostStack } = settingsOf(project, stack, own).settings;
    const check = () => checkUp(context, stack, own, record, false);
    const checked = await (record === undefined
      ? withSettingOptions(check, `doks-env up ${stack}`)
      : check());
    const text = file?.text ?? (record ? await lastFile(engineFor(context), stack) : "");
    const config = configFor({ text }, project, { own, revision: revisionOf(own) });
    const host =
      record === undefined && hostStack !== undefined
        ? await findStack(context, hostStack)
        : undefined;
    const { changes, unchanged } = await inTemporaryProject(project, async (temporary) => {
      const there = { ...context, project: temporary };
      const preview = (where: Workspace) =>
        changesIn(there, where.stack(stack, config), progress, checked);
      return record === undefined
        ? withTemporaryStack(there, stack, preview, host)
        : preview(openWorkspace(there));
    });
    const before = record && statusOf(record, now()).pricePerHourUsd;
    const data: PreviewData = {
      stack,
      isNew: checked.isNew,
      changes,
      unchanged,
      pricePerHourUsd: { before: before ?? 0, after: checked.price },
      ...(checked.isNew ? { workloads: (checked.rendered?.objects ?? []).map(shown) } : {}),
      warnings: checked.warnings,
    };
    return { data, text: () => previewText(data, terminal.out.paint) };
  } finally {
    progress.close();
  }
}

async function changesIn(
  context: Context,
  stack: Stack,
  progress: Progress,
  { rendered }: Checked,
): Promise<Pick<PreviewData, "changes" | "unchanged">> {
  const changes: ResourceChange[] = [];
  let summary: OpMap = {};
  const observe = ({ resourcePreEvent, summaryEvent }: EngineEvent) => {
    if (resourcePreEvent) {
      const { op, type, urn } = resourcePreEvent.metadata;
      if (!UNTOLD_TYPES.test(type) && !UNTOLD_OPERATIONS.includes(op)) {
        changes.push({ operation: op, type, name: urn.split("::").at(-1) ?? urn });
      }
    }
    summary = summaryEvent?.resourceChanges ?? summary;
  };
  const env = rendered?.handOver(context.project.folder);
  await follow(context, progress, (followed) => stack.preview({ ...followed, env }), observe);
  return { changes, unchanged: summary.same ?? 0 };
}

function shown(object: KubernetesObject): RenderedObject {
  return { kind: object.kind, name: object.metadata.name, images: imagesOf([object]) };
}
