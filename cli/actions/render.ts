import { parseAllDocuments } from "yaml";
import type { Result } from "../command";
import type { Context } from "../context";
import { render } from "../services/render";
import { settingsOf } from "../services/stack-config";

/** What `render --json` prints. */
export interface RenderData {
  readonly stack: string;
  readonly images: readonly string[];
  /** Kubernetes objects. */
  readonly manifests: readonly object[];
}

export async function run(
  { project, env }: Context,
  [stack = ""]: readonly string[],
): Promise<Result> {
  const { name, settings } = settingsOf(project, stack);
  const { manifests, images } = await render({
    projectFolder: project.folder,
    name,
    settings,
    env,
  });
  const data: RenderData = {
    stack,
    images,
    manifests: parseAllDocuments(manifests).map((document) => document.toJS() as object),
  };
  return { data, text: () => manifests };
}
