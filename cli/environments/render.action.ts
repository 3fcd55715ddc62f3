import { UserError } from "../../core/errors";
import { withSettingOptions } from "../stacks/setting-options";
import { settingsOf } from "../stacks/stack-config";
import { readStackFile } from "../stacks/stack-file";
import type { ArgumentsOf, Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import { render } from "./render";
import type { render as definition } from "./render.command";
import type { RenderData } from "./render.data";

export async function run(
  context: Context,
  [stack]: ArgumentsOf<typeof definition>,
): Promise<Result> {
  const work = () => renderStack(context, stack);
  const hasFile = readStackFile(context.project, stack) !== undefined;
  return hasFile ? work() : withSettingOptions(work, `doks-env up ${stack}`);
}

async function renderStack({ project, env }: Context, stack: string): Promise<Result> {
  const { name, settings } = settingsOf(project, stack);
  if (settings.placement === "host" || settings.placement === "domain") {
    throw new UserError(
      `"${stack}" is a ${settings.placement === "host" ? "shared cluster" : "domain for others"} and has no workloads of its own`,
      "doks-env render <environment>",
    );
  }
  const rendered = await render({ projectFolder: project.folder, name, settings, env });
  const { images, objects } = rendered;
  const data: RenderData = { stack, images, manifests: objects };
  return { data, text: rendered.manifests };
}
