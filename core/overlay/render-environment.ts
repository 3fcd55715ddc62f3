import { resolve } from "node:path";
import { HANDOVER_VARIABLE, type Handover, readFlat } from "./flat-folder";
import { buildTree, type OverlayArgs } from "./generate";
import { complete, type Rendering } from "./rendering";

/**
 * What the program applies: what the command line has rendered, checked and handed over, or else, under plain `pulumi`, what
 * it renders and checks itself.
 *
 * @param env - of the program
 * @throws {UserError} when what was handed over has changed, or the overlay cannot be rendered
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
