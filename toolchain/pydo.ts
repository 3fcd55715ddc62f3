import { createHash } from "node:crypto";
import { readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../lib/errors";
import { runChild } from "./child";
import type { Context } from "./context";
import { withLock } from "./lock";
import { findOnPath, isExecutable } from "./search-path";

/**
 * A Python with DigitalOcean's client pydo, for the emulator's tests; kept in the cache by what it holds.
 *
 * @returns its path; `undefined` where Python 3 or its venv module is missing: the tests then say what they skip
 * @throws {UserError} when the packages cannot be installed
 */
export async function pythonWithPydo(context: Context): Promise<string | undefined> {
  const { places, say } = context;
  const requirements = path.join(places.checkout, "tests/emulator/clients/requirements.txt");
  const hash = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex")
    .slice(0, 12);
  const venv = path.join(places.cache, "python", hash);
  const interpreter = path.join("bin", "python");
  const onWait = () => say("another make is installing pydo; waiting for it");
  return withLock(`${venv}.lock`, onWait, async () => {
    const ready = isExecutable(path.join(venv, interpreter));
    return ready || (await installInto(venv, requirements, context))
      ? path.join(venv, interpreter)
      : undefined;
  });
}

async function installInto(venv: string, requirements: string, context: Context): Promise<boolean> {
  const { env, say } = context;
  const part = `${venv}.part-${process.pid}`;
  const [python] = findOnPath("python3", env.PATH ?? "");
  try {
    if (
      python === undefined ||
      (await runChild(python, ["-m", "venv", part], { env })).code !== 0
    ) {
      say("python3 with its venv module is missing: the tests with pydo are skipped");
      return false;
    }
    say("installing pydo for the emulator's tests");
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    const install = await runChild(
      path.join(part, "bin", "python"),
      [...pip, "--requirement", requirements],
      { env },
    );
    if (install.code !== 0) {
      throw new UserError(
        `installing pydo failed: ${install.output}`,
        "see that the Python package index is reachable, and run this again",
      );
    }
    await rename(part, venv);
    return true;
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}
