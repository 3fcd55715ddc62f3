import { UserError } from "../../core/errors";
import { settingsOf } from "../stacks/stack-config";
import type { ArgumentsOf, Result } from "../terminal/command";
import type { Context } from "../terminal/context";
import { render } from "./render";
import type { render as definition } from "./render.command";
import type { RenderData } from "./render.data";

export async function run(
  { project, env }: Context,
  [stack]: ArgumentsOf<typeof definition>,
): Promise<Result> {
  const { name, settings } = settingsOf(project, stack);
  if (settings.placement === "host" || settings.placement === "domain") {
    throw new UserError(
      `"${stack}" is a ${settings.placement === "host" ? "shared cluster" : "domain for others"}and has no workloads of its own`,
      "doks-env render <environment>",
    );
  }
  const rendered = await render({ projectFolder: project.folder, name, settings, env });
  const { images, objects } = rendered;
  const data: RenderData = { stack, images, manifests: objects };
  return { data, text: rendered.manifests };
}
