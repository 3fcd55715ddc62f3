import type { LocalWorkspace, PulumiCommand, Stack } from "@pulumi/pulumi/automation";
import { UserError } from "../../core/errors";
import { Engine, INSTALL_PULUMI } from "./engine";
import type { Project } from "./project";

/** The project as the Automation API sees it; plain `pulumi` works beside it. */
export interface Workspace {
  readonly engine: Engine;
  /** A stack that exists. Does not change which stack plain `pulumi` has selected. */
  readonly stack: (name: string) => Promise<Stack>;
  readonly local: LocalWorkspace;
}

/** Opens a project. The Automation API takes a second to load, so only commands that change something do this. */
export async function openWorkspace(project: Project, env: NodeJS.ProcessEnv): Promise<Workspace> {
  const automation = await import("@pulumi/pulumi/automation/index.js");
  const found = await findPulumi(automation.PulumiCommand);
  const engine = new Engine(project.folder, env, found.version);
  const local = await automation.LocalWorkspace.create({
    workDir: project.folder,
    // The class has a private constructor; its shape is what the Automation API asks for.
    pulumiCommand: engine as unknown as PulumiCommand,
  });
  local.selectStack = () => Promise.resolve();
  return { engine, local, stack: (name) => automation.Stack.select(name, local) };
}

async function findPulumi(command: typeof PulumiCommand): Promise<PulumiCommand> {
  try {
    return await command.get();
  } catch (cause) {
    throw new UserError(
      `pulumi cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`,
      INSTALL_PULUMI,
      { cause },
    );
  }
}
