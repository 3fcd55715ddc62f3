import { resolve } from "node:path";
import type { Pins } from "../../core/manifests/image-overrides";
import { overlayArgs } from "../../core/overlay/environment-overlay";
import { HANDOVER_VARIABLE, manifestsOf, writeFlat } from "../../core/overlay/flat-folder";
import { buildTree } from "../../core/overlay/generate";
import { NOTHING_ALLOWED } from "../../core/overlay/kustomize";
import { complete, type Judge, type Rendering } from "../../core/overlay/rendering";
import type { Settings, StackName } from "../../core/settings";

export interface RenderArgs {
  readonly projectFolder: string;
  readonly name: StackName;
  readonly settings: Settings;
  /** Variables; kubectl is searched on their PATH. */
  readonly env: NodeJS.ProcessEnv;
  /** Further limits for a fork's tree, which may not load remote resources. @default - placement and settings set the limits */
  readonly judge?: Judge;
}

/** An environment's rendered objects, exactly as they are printed, checked, priced and applied. */
export interface Rendered extends Rendering {
  /** Returns the same objects with digests, without building the tree again. */
  readonly withPins: (pins: Pins) => Rendered;
  /** The objects as YAML documents, in kustomize's order. */
  readonly manifests: () => string;
  /**
   * Writes the objects to `.rendered/<stack>/` of the program's folder.
   *
   * @returns variables that hand them to the program
   */
  readonly handOver: (projectFolder: string) => Readonly<Record<string, string>>;
}

/**
 * Builds an environment's overlay once, without Pulumi, an account or a cluster.
 *
 * @throws {UserError} without kubectl and kustomize, or when the overlay does not build
 */
export async function render({
  projectFolder,
  name,
  settings,
  env,
  judge,
}: RenderArgs): Promise<Rendered> {
  const owners = overlayArgs(projectFolder, name, settings);
  const args = judge === undefined ? owners : { ...owners, build: NOTHING_ALLOWED };
  const built = await buildTree(args, env);
  const withPins = (pins: Pins): Rendered => {
    const rendering = complete(built, { ...args, pins }, judge);
    return {
      ...rendering,
      withPins,
      manifests: () => manifestsOf(rendering),
      handOver: (folder) => ({
        [HANDOVER_VARIABLE]: JSON.stringify(writeFlat(resolve(folder, args.target), rendering)),
      }),
    };
  };
  return withPins(args.pins);
}
