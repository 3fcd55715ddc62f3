import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Context } from "../terminal/context";
import type { StackRecord } from "./record";
import { inTemporaryFolder } from "./temporary-folder";
import { openWorkspace, type Workspace } from "./workspace";

/**
 * Runs work with a stack that does not exist yet, in a temporary backend, so that a preview leaves nothing behind.
 *
 * @param host - the stack whose outputs the program reads. @default - none
 */
export async function withTemporaryStack<T>(
  { project, env }: Context,
  stack: string,
  work: (workspace: Workspace) => Promise<T>,
  host?: StackRecord,
): Promise<T> {
  return inTemporaryFolder("preview", async (folder) => {
    const workspace = openWorkspace({
      project,
      env: {
        ...env,
        PULUMI_BACKEND_URL: pathToFileURL(folder).href,
        // It only encrypts data of the temporary backend.
        PULUMI_CONFIG_PASSPHRASE: env.PULUMI_CONFIG_PASSPHRASE ?? "",
      },
    });
    await workspace.createStack(stack);
    if (host !== undefined) {
      await copyOutputs(workspace, project.name, host, folder);
    }
    return work(workspace);
  });
}

/** Creates a stack that has another stack's outputs, but no other resources. */
async function copyOutputs(
  { engine, createStack }: Workspace,
  project: string,
  { stack, outputs }: StackRecord,
  folder: string,
): Promise<void> {
  const type = "pulumi:pulumi:Stack";
  const urn = `urn:pulumi:${stack}::${project}::${type}::${project}-${stack}`;
  const resources = [{ urn, type, custom: false, outputs }];
  const file = join(folder, "host.json");
  writeFileSync(file, JSON.stringify({ version: 3, deployment: { resources } }));
  await createStack(stack);
  await engine.output("stack", "import", "--stack", stack, "--file", file);
}
