import { resolve } from "node:path";
import { HANDOVER_VARIABLE, type Handover, readFlat } from "./flat-folder";
import { buildTree, type OverlayArgs } from "./generate";
import { complete, type Rendering } from "./rendering";

/**
 * Returns the objects to apply: those that the command line has rendered, checked and passed, or else, under plain
 * `pulumi`, those that the program renders and checks itself.
 *
 * @param env - the program's environment
 * @throws {UserError} when the passed rendering has changed, or the overlay cannot be rendered
 */
export async function renderEnvironment(
  args: OverlayArgs,
  env: NodeJS.ProcessEnv,
): Promise<Rendering> {
  const handover = env[HANDOVER_VARIABLE];
  return handover === undefined
    ? complete(await buildTree(args, env), args)
    : readFlat(resolve(args.projectFolder, args.target), JSON.parse(handover) as Handover);
}
