import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMap, parseDocument, type YAMLMap } from "yaml";
import { ownSettings } from "../../core/settings/configuration";
import type { Layer } from "../../core/settings/layers";
import { isSameValue } from "../../core/settings/layers";
import { ownName } from "../../core/settings/project-files";
import {
  BASED_ON,
  OWN_SETTINGS_KEY,
  type OwnSettings,
  ownSettingsText,
} from "../../core/settings/revision";
import type { Project } from "../terminal/context";
import { type Engine, EngineError } from "./engine";
import { inTemporaryFolder } from "./temporary-folder";

export interface StackFile {
  readonly text: string;
  readonly own: Layer;
  /** Revision of the environment's settings that this file is based on. @default - unknown */
  readonly basedOn?: string;
}

/** @returns undefined without a file in this checkout. @throws {ConfigError} for a setting that only pulumi can read */
export function readStackFile(project: Project, stack: string): StackFile | undefined {
  const path = stackFilePath(project, stack);
  if (!existsSync(path)) {
    return undefined;
  }
  const text = readFileSync(path, "utf8");
  const own = ownSettings({ projectFolder: project.folder, project: project.name, stack });
  const basedOn = parseDocument(text).getIn(["config", BASED_ON]);
  return { text, own, ...(typeof basedOn === "string" ? { basedOn } : {}) };
}

/** Writes a stack's file atomically and changes only settings of the project. */
export function writeStackFile(
  project: Project,
  stack: string,
  text: string,
  own: Layer,
  basedOn: string | undefined,
): void {
  // On the same file system, so that a rename works, in a folder that git ignores.
  const folder = join(project.folder, ".rendered");
  const unfinished = join(folder, `${stack}.${process.pid}.yaml`);
  mkdirSync(folder, { recursive: true });
  const content = withConfig(text, project, own, {
    [BASED_ON]: basedOn,
    [OWN_SETTINGS_KEY]: undefined,
  });
  try {
    writeFileSync(unfinished, content);
    renameSync(unfinished, stackFilePath(project, stack));
  } catch (error) {
    rmSync(unfinished, { force: true }); // The disk may be full.
    throw error;
  }
}

export function configFor(
  { text }: Pick<StackFile, "text">,
  project: Project,
  settings: OwnSettings,
): string {
  return withConfig(text, project, settings.own, {
    [BASED_ON]: undefined,
    [OWN_SETTINGS_KEY]: ownSettingsText(settings),
  });
}

/** Runs work with a temporary file for `--config-file`. */
export async function withConfigFile<T>(
  text: string,
  work: (file: string) => Promise<T>,
): Promise<T> {
  return inTemporaryFolder("config", (folder) => {
    const file = join(folder, "Pulumi.stack.yaml");
    writeFileSync(file, text, { mode: 0o600 });
    return work(file);
  });
}

/**
 * Returns the config of the last update other than the project's settings: other providers' config and the encryption.
 *
 * @returns the text of a stack's file, empty for a stack without an update
 */
export async function lastFile(engine: Engine, stack: string): Promise<string> {
  return withConfigFile("", async (file) => {
    try {
      await engine.output("config", "refresh", "--force", "--stack", stack, "--config-file", file);
    } catch (error) {
      if (!(error instanceof EngineError && /no previous deployment/.test(error.message))) {
        throw error;
      }
    }
    return readFileSync(file, "utf8");
  });
}

/** Replaces the project's settings in a document and keeps its comments. */
function withConfig(
  text: string,
  { name: project }: Project,
  own: Layer,
  others: Readonly<Record<string, string | undefined>>,
): string {
  // Pulumi reads the file as YAML 1.1, in which the image tag 2026_11_30 is a number.
  const document = parseDocument(text === "" ? "config: {}\n" : text, { compat: "yaml-1.1" });
  if (!isMap(document.get("config"))) {
    document.set("config", document.createNode({}));
  }
  const config = document.get("config") as YAMLMap;
  config.flow = false;
  const known = (config.toJSON() ?? {}) as Layer;
  for (const key of Object.keys(known)) {
    const name = ownName(project, key);
    if (name !== undefined && !(name in own)) {
      config.delete(key);
    }
  }
  for (const [name, value] of Object.entries(own)) {
    const key = name in known ? name : `${project}:${name}`;
    // Pulumi takes null for an empty text, and warns of it.
    const written = value ?? "";
    if (!(key in known) || !isSameValue(known[key] ?? null, written)) {
      config.set(key, document.createNode(written));
    }
  }
  for (const [key, value] of Object.entries(others)) {
    if (value === undefined) {
      config.delete(key);
    } else {
      config.set(key, value);
    }
  }
  return document.toString({ lineWidth: 0 });
}

export function stackFilePath({ folder }: Project, stack: string): string {
  return join(folder, `Pulumi.${stack}.yaml`);
}
