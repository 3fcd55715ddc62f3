import { resolve } from "node:path";
import { HANDOVER_VARIABLE, writeFlat } from "../../core/overlay/flat-folder";
import type { OverlayArgs } from "../../core/overlay/generate";
import { renderEnvironment } from "../../core/overlay/render-environment";
import type { Rendering } from "../../core/overlay/rendering";
import { KustomizeRenderer, orFault } from "..";

export interface RenderedOverlay extends Rendering {
  /** Relative to the project. */
  readonly directory: string;
  readonly write: () => void;
  /** Whether the command line has checked it, also against the environment's cluster. */
  readonly isChecked: boolean;
}

/** Renders an environment's overlay, and requires that the provider reads it as it was checked. */
export async function renderedOverlay(args: OverlayArgs): Promise<RenderedOverlay> {
  const rendering = await orFault(renderEnvironment(args, process.env));
  const folder = resolve(args.projectFolder, args.target);
  const write = () => void writeFlat(folder, rendering);
  write();
  await new KustomizeRenderer("kustomize").requireSame(args.target, rendering.objects);
  return {
    ...rendering,
    directory: args.target,
    write,
    isChecked: HANDOVER_VARIABLE in process.env,
  };
}
