import { mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Project } from "../terminal/context";

/** The folder that commands and the program write to: a temporary project has its own. */
const WRITTEN = ".rendered";

/**
 * Does something in a folder that looks like the project's and is thrown away: the program writes what it renders beside
 * Pulumi.yaml, in a preview too, and there an update of the same environment may be reading it.
 */
export async function inTemporaryProject<T>(
  { folder, name }: Project,
  work: (project: Project) => Promise<T>,
): Promise<T> {
  const temporary = mkdtempSync(join(tmpdir(), "doks-env-project-"));
  try {
    for (const entry of readdirSync(folder).filter((one) => one !== WRITTEN)) {
      symlinkSync(join(folder, entry), join(temporary, entry));
    }
    return await work({ folder: temporary, name });
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
