import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Context } from "../context";
import { openWorkspace, type Workspace } from "./workspace";

/**
 * Does something with a stack that does not exist yet, as if it did: in a backend that is thrown away, so that a
 * preview leaves nothing behind.
 */
export async function withPassingStack<T>(
  { project, env }: Context,
  stack: string,
  work: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "doks-env-preview-"));
  const file = join(project.folder, `Pulumi.${stack}.yaml`);
  const before = existsSync(file) ? readFileSync(file) : undefined;
  try {
    const workspace = await openWorkspace(project, {
      ...env,
      PULUMI_BACKEND_URL: pathToFileURL(folder).href,
      // What is encrypted with it is thrown away, too.
      PULUMI_CONFIG_PASSPHRASE: env.PULUMI_CONFIG_PASSPHRASE ?? "",
    });
    await workspace.engine.output("stack", "init", stack, "--no-select");
    return await work(workspace);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    // Pulumi keeps a salt there for a stack that is to last.
    if (before === undefined) {
      rmSync(file, { force: true });
    } else {
      writeFileSync(file, before);
    }
  }
}
