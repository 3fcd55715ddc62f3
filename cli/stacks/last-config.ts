import type { ReadableBucket } from "./bucket";
import type { RunPulumi } from "./command-stacks";
import { plainText } from "./compression";
import { isObject, parseJson, parseObject } from "./json";
import { openBucket, type StateSource } from "./read-stacks";

/**
 * The config of an update by full key (`shop:ttl`), as the engine passes it to the program: objects and lists as JSON,
 * everything else as text. It includes Pulumi.yaml of that time, but no encrypted values.
 */
type PastConfig = Readonly<Record<string, string>>;

/** Returns the config of a stack's last update, successful or not; undefined without one. */
export type ReadLastConfig = (stack: string) => Promise<PastConfig | undefined>;

/** The fields of an entry of Pulumi's history that are used here. */
interface Entry {
  readonly kind: string;
  readonly config: unknown;
}

const UPDATE = "update";

/**
 * Opens a backend to read configs from its history. Only updates count: the entry of a destroy has the config of the
 * checkout in which it ran.
 */
export async function lastConfigReader(source: StateSource): Promise<ReadLastConfig> {
  const bucket = await openBucket(source.url);
  return (stack) =>
    bucket === undefined
      ? byCommand(source.run, stack)
      : fromBucket(bucket, source.project, stack, () => byCommand(source.run, stack));
}

/** Source: pkg/backend/diy/state.go (getHistory, addToHistory) and pkg/backend/updates.go of Pulumi 3.259. */
async function fromBucket(
  bucket: ReadableBucket,
  project: string,
  stack: string,
  otherwise: () => Promise<PastConfig | undefined>,
): Promise<PastConfig | undefined> {
  const folder = `.pulumi/history/${project}/${stack}/`;
  const pattern = /-(\d+)\.history\.json(?:\.gz|\.zst)?$/;
  const keys = (await bucket.list(folder))
    .filter((key) => pattern.test(key))
    // Nanoseconds keep the same number of digits for centuries, so text order is time order.
    .sort((one, other) => (timeIn(one, pattern) < timeIn(other, pattern) ? 1 : -1));
  for (const key of keys) {
    const bytes = await bucket.read(key);
    if (bytes === undefined) {
      continue;
    }
    const text = plainText(bytes);
    if (text === undefined) {
      return otherwise();
    }
    const entry = parseObject(text);
    if (entry.kind === UPDATE) {
      return asTexts(entry.config);
    }
  }
  return undefined;
}

function timeIn(key: string, pattern: RegExp): string {
  return pattern.exec(key)?.[1] ?? "";
}

/** Source: pkg/cmd/pulumi/stack/stack_history.go of Pulumi 3.259. */
async function byCommand(run: RunPulumi, stack: string): Promise<PastConfig | undefined> {
  const history = parseJson(await run(["stack", "history", "--json", "--stack", stack]));
  if (!Array.isArray(history) || !history.every(isEntry)) {
    throw new Error("`pulumi stack history --json` did not print a history");
  }
  const config = history.find(({ kind }) => kind === UPDATE)?.config;
  return config === undefined ? undefined : asTexts(valuesIn(config));
}

function isEntry(value: unknown): value is Entry {
  return isObject(value) && typeof value.kind === "string";
}

/** Returns the values that are not encrypted. Pulumi prints each with its text, its object and whether it is secret. */
function valuesIn(config: unknown): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(isObject(config) ? config : {}).flatMap(([key, entry]) =>
      isObject(entry) && entry.secret !== true ? [[key, entry.objectValue ?? entry.value]] : [],
    ),
  );
}

function asTexts(config: unknown): PastConfig {
  const values = Object.entries(isObject(config) ? config : {});
  return Object.fromEntries(
    values
      .filter(([, value]) => !(isObject(value) && "secure" in value))
      .map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}
