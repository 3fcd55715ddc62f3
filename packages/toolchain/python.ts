import { createHash } from "node:crypto";
import { readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { runChild } from "./child";
import type { Context } from "./context";
import { UserError } from "./errors";
import { withLock } from "./lock";
import { findOnPath, isExecutable } from "./search-path";

/** Python packages for tests. Without them, the tests are skipped. */
interface PythonPackages {
  readonly name: string;
  /** The file that pins them, relative to the checkout. */
  readonly requirements: string;
  /** The variable with the path of the interpreter. */
  readonly variable: string;
}

const PACKAGES: readonly PythonPackages[] = [
  {
    name: "pydo",
    requirements: "packages/emulator/tests/clients/requirements.txt",
    variable: "PYDO_PYTHON",
  },
  {
    name: "moto",
    requirements: "tests/e2e/support/requirements.txt",
    variable: "MOTO_PYTHON",
  },
  {
    name: "starlark-pyo3",
    requirements: "tests/tilt/requirements.txt",
    variable: "STARLARK_PYTHON",
  },
];

/**
 * Variables with a Python interpreter for each of the tests' packages. The interpreters are cached by their
 * requirements.
 *
 * @returns none if Python 3 or its venv module is missing
 * @throws {UserError} when packages cannot be installed
 */
export async function pythonVariables(context: Context): Promise<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const packages of PACKAGES) {
    const python = await pythonWith(packages, context);
    if (python !== undefined) {
      variables[packages.variable] = python;
    }
  }
  return variables;
}

async function pythonWith(packages: PythonPackages, context: Context): Promise<string | undefined> {
  const { places, say } = context;
  const requirements = path.join(places.checkout, packages.requirements);
  const hash = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex")
    .slice(0, 12);
  const venv = path.join(places.cache, "python", hash);
  const interpreter = path.join("bin", "python");
  const onWait = () => say(`another make is installing ${packages.name}; waiting for it`);
  return withLock(`${venv}.lock`, onWait, async () => {
    const ready = isExecutable(path.join(venv, interpreter));
    return ready || (await installInto(venv, packages.name, requirements, context))
      ? path.join(venv, interpreter)
      : undefined;
  });
}

async function installInto(
  venv: string,
  name: string,
  requirements: string,
  context: Context,
): Promise<boolean> {
  const { env, say } = context;
  const part = `${venv}.part-${process.pid}`;
  const [python] = findOnPath("python3", env.PATH ?? "");
  try {
    if (
      python === undefined ||
      (await runChild(python, ["-m", "venv", part], { env })).code !== 0
    ) {
      say(`python3 with its venv module is missing: the tests with ${name} are skipped`);
      return false;
    }
    say(`installing ${name} for the tests`);
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    const install = await runChild(
      path.join(part, "bin", "python"),
      [...pip, "--requirement", requirements],
      { env },
    );
    if (install.code !== 0) {
      throw new UserError(
        `installing ${name} failed: ${install.output}`,
        "check that the Python package index is reachable, and run this again",
      );
    }
    await rename(part, venv);
    return true;
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}
