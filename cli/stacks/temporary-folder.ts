import { mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Project } from "../terminal/context";

/** Runs work in a new folder outside the checkout, which only its owner can read, and removes it. */
export async function inTemporaryFolder<T>(
  purpose: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), `doks-env-${purpose}-`));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

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
  return inTemporaryFolder("project", (temporary) => {
    for (const entry of readdirSync(folder).filter((one) => one !== WRITTEN)) {
      symlinkSync(join(folder, entry), join(temporary, entry));
    }
    return work({ folder: temporary, name });
  });
}
