import { relative, resolve } from "node:path";
import { parseImageReference } from "../../core/manifests/image-reference";
import { keysOf } from "../../core/settings/config-path";
import { isObject, type Layer, type Value } from "../../core/settings/layers";
import type { Project } from "../terminal/context";
import { UsageError } from "../terminal/errors";

/** The settings among the options of `up`. */
export interface Overrides {
  readonly image: readonly string[];
  readonly imageTag?: string;
  readonly set: readonly string[];
  /** Relative to the current folder. */
  readonly overlay?: string;
  readonly ttl?: string;
  readonly seed?: string;
}

const DIGEST = /^@?(sha256:.*)$/;

/**
 * Converts command line options to settings. The settings' schema checks the values later.
 *
 * @throws {UsageError} for a word that is not `name=value`
 */
export function changesOf(overrides: Overrides, project: Project, cwd: string): Layer {
  const { image, imageTag, set, overlay, ttl, seed } = overrides;
  const changes: Record<string, Value> = {};
  for (const word of set) {
    const [path, value] = split(word, "--set", "nodeCount=4");
    const keys = keysOf(path);
    if (keys === undefined) {
      throw new UsageError(
        `--set got "${path}", which is not the path of a setting`,
        `--set 'images["registry.example.com/shop/api"].tag=v2'   # lists as JSON: --set 'developers=[...]'`,
      );
    }
    setPath(changes, keys, value);
  }
  if (image.length > 0) {
    const said = image.map((word): [string, Layer] => {
      const [service, reference] = split(word, "--image", "frontend=v2");
      return [service, imageOverride(reference)];
    });
    changes.images = { ...layerOf(changes.images), ...Object.fromEntries(said) };
  }
  return {
    ...changes,
    ...(imageTag === undefined ? {} : { imageTag }),
    ...(ttl === undefined ? {} : { ttl }),
    ...(seed === undefined ? {} : { data: { ...layerOf(changes.data), seed } }),
    // Relative to the project, so that the stack's config means the same in every checkout.
    ...(overlay === undefined
      ? {}
      : { overlay: relative(project.folder, resolve(cwd, overlay)) || "." }),
  };
}

/** `v2` is a tag, `sha256:...` a digest, and a text with a slash or a colon an image reference. */
function imageOverride(text: string): Layer {
  const digest = DIGEST.exec(text)?.[1];
  if (digest !== undefined) {
    return { digest };
  }
  return /[/:]/.test(text) ? { ...parseImageReference(text) } : { tag: text };
}

function split(word: string, option: string, example: string): [string, string] {
  // A quoted key in the name may contain an equals sign.
  const equals = /^(?:[^"=]|"(?:[^"\\]|\\.)*")*/.exec(word)?.[0].length ?? 0;
  if (equals < 1 || equals >= word.length - 1) {
    throw new UsageError(`${option} needs <name>=<value>, got "${word}"`, `${option} ${example}`);
  }
  return [word.slice(0, equals), word.slice(equals + 1)];
}

function setPath(into: Record<string, Value>, path: readonly string[], text: string): void {
  const [key = "", ...rest] = path;
  if (rest.length === 0) {
    into[key] = parseValue(text);
    return;
  }
  const below: Record<string, Value> = { ...layerOf(into[key]) };
  setPath(below, rest, text);
  into[key] = below;
}

function layerOf(value: Value | undefined): Layer {
  return isObject(value) ? value : {};
}

/** Parses lists and objects as JSON and keeps everything else as text, like `pulumi config set`. `null` unsets. */
function parseValue(text: string): Value {
  if (text === "null") {
    return null;
  }
  if (!/^[[{]/.test(text)) {
    return text;
  }
  try {
    return JSON.parse(text) as Value;
  } catch (cause) {
    throw new UsageError(
      `--set got a value that looks like JSON but is not valid JSON: ${text}`,
      `--set 'developers=[{"kind":"Group","name":"shop"}]'`,
      { cause },
    );
  }
}
