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
  /** Its PATH is where kubectl is looked for. */
  readonly env: NodeJS.ProcessEnv;
  /** Of a fork's tree, which may load nothing either. @default - its placement and its settings alone say what it may */
  readonly judge?: Judge;
}

/** An environment's workloads, exactly as they are printed, checked, priced and applied. */
export interface Rendered extends Rendering {
  /** The same with digests, without building the tree again. */
  readonly withPins: (pins: Pins) => Rendered;
  /** As YAML documents, in kustomize's order. */
  readonly manifests: () => string;
  /**
   * Writes it to `.rendered/<stack>/` of the folder that the program runs in.
   *
   * @returns variables by which the program finds it there
   */
  readonly handOver: (projectFolder: string) => Readonly<Record<string, string>>;
}

/**
 * Builds an environment's overlay, once: without Pulumi, an account and a cluster.
 *
 * @throws {UserError} when neither kubectl nor kustomize is there, or the overlay does not build
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
