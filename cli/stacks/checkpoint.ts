import { isObject, parseObject } from "./json";
import type { StackRecord } from "./record";

export type StackState = Pick<StackRecord, "lastUpdate" | "created" | "hasResources" | "outputs">;

/** The fields of Pulumi's deployment that are used here. Source: sdk/go/common/apitype/core.go of Pulumi 3.259. */
interface Deployment {
  readonly manifest: { readonly time: string };
  readonly resources?: readonly Resource[];
}

interface Resource {
  readonly type: string;
  readonly parent?: string;
  readonly created?: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** Type of the stack's own resource, whose outputs are the program's. */
export const ROOT_TYPE = "pulumi:pulumi:Stack";
/** Go's zero time: not written yet. */
const NEVER = "0001-01-01T00:00:00Z";
const FIRST_RESOURCE = /"resources"\s*:\s*\[\s*(?=\{)/;
/** Completes a checkpoint that is cut off after its first resource. */
const CLOSING = "]}}}";

/** Key and value that mark an object as a secret. Source: sdk/go/common/resource/sig of Pulumi 3.259. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/**
 * Parses a checkpoint of the file and S3 backends.
 *
 * @throws {Error} when the text is not a checkpoint
 */
export function parseCheckpoint(text: string): StackState {
  return stateOf(deploymentIn(text));
}

/**
 * Parses the output of `pulumi stack export`.
 *
 * @throws {Error} when it has another format
 */
export function parseExport(text: string): StackState {
  return stateOf(requireDeployment(parseObject(text).deployment));
}

/**
 * Parses the beginning of a checkpoint. The stack's own resource comes first and contains everything needed.
 *
 * @returns `undefined` when the whole checkpoint is needed: that resource is longer, or is not the first
 */
export function parseCheckpointHead(head: string): StackState | undefined {
  const found = FIRST_RESOURCE.exec(head);
  const end = found ? endOfObject(head, found.index + found[0].length) : undefined;
  if (end === undefined) {
    return undefined;
  }
  try {
    const deployment = deploymentIn(head.slice(0, end) + CLOSING);
    return deployment?.resources?.some(isRoot) ? stateOf(deployment) : undefined;
  } catch {
    return undefined; // Another layout: parse the whole checkpoint instead.
  }
}

/** Returns the end of the object that begins at `start`; `undefined` if the text is cut off before it. */
function endOfObject(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '"') {
      at = endOfString(text, at);
    } else if (text[at] === "{") {
      depth++;
    } else if (text[at] === "}") {
      depth--;
      if (depth === 0) {
        return at + 1;
      }
    }
  }
  return undefined;
}

/** Returns the position of the closing quote of the string at `start`, or the text's length without one. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") {
      at++;
    } else if (text[at] === '"') {
      return at;
    }
  }
  return text.length;
}

/** Returns the deployment; undefined for a stack that was never updated. */
function deploymentIn(checkpointText: string): Deployment | undefined {
  const { checkpoint } = parseObject(checkpointText);
  if (!isObject(checkpoint)) {
    throw new Error("it is not a checkpoint of Pulumi");
  }
  return requireDeployment(checkpoint.latest);
}

function requireDeployment(value: unknown): Deployment | undefined {
  if (value === undefined || value === null) {
    return undefined;
  }
  if (!isDeployment(value)) {
    throw new Error("its deployment does not have Pulumi's format");
  }
  return value;
}

function isDeployment(value: unknown): value is Deployment {
  if (!isObject(value) || !isObject(value.manifest) || typeof value.manifest.time !== "string") {
    return false;
  }
  const { resources = [] } = value;
  return Array.isArray(resources) && resources.every(isObject);
}

function stateOf(deployment: Deployment | undefined): StackState {
  const { manifest, resources = [] } = deployment ?? {};
  const root = resources.find(isRoot);
  return {
    ...(manifest === undefined || manifest.time === NEVER ? {} : { lastUpdate: manifest.time }),
    created: root?.created,
    hasResources: resources.length > 0,
    outputs: withoutSecrets(root?.outputs ?? {}),
  };
}

function isRoot({ type, parent }: Resource): boolean {
  return type === ROOT_TYPE && !parent;
}

export function withoutSecrets(
  outputs: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => !holdsSecret(value)));
}

function holdsSecret(value: unknown): boolean {
  if (Array.isArray(value)) {
    return value.some(holdsSecret);
  }
  return isObject(value) && (value[SIGNATURE] === SECRET || Object.values(value).some(holdsSecret));
}
