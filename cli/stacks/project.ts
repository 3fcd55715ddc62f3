import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type * as yaml from "yaml";
import type { Project } from "../terminal/context";
import { UsageError } from "../terminal/errors";

/**
 * Finds the project in the named folder; else, as pulumi does, in the current folder or its nearest parent; else the
 * project that this command belongs to.
 *
 * @throws {UsageError} when there is no Pulumi.yaml
 */
export function findProject(named: string | undefined, cwd: string, home: string): Project {
  const folder = named === undefined ? (above(cwd) ?? above(home)) : resolve(cwd, named);
  if (folder === undefined || !existsSync(join(folder, "Pulumi.yaml"))) {
    throw new UsageError(
      `there is no Pulumi.yaml in ${folder ?? cwd}`,
      "add the folder of the project: doks-env list -C <folder>",
    );
  }
  const name = nameIn(readFileSync(join(folder, "Pulumi.yaml"), "utf8"));
  if (name === undefined) {
    throw new UsageError(
      `${join(folder, "Pulumi.yaml")} does not name a project`,
      "check whether `pulumi stack ls` can read it",
    );
  }
  return { folder, name };
}

function nameIn(text: string): string | undefined {
  // Loaded here, because help and completion load this file but read no project.
  const { parse } = require("yaml") as typeof yaml;
  try {
    const { name } = parse(text) as { name?: unknown };
    return typeof name === "string" ? name : undefined;
  } catch {
    return undefined; // Not YAML, or an empty file.
  }
}

function above(folder: string): string | undefined {
  if (existsSync(join(folder, "Pulumi.yaml"))) {
    return folder;
  }
  const parent = dirname(folder);
  return parent === folder ? undefined : above(parent);
}
