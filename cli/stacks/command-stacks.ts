import { pMapIterable } from "p-map";
import { parseExport } from "./checkpoint";
import { isObject, isTextRecord, parseJson } from "./json";
import { reasonOf } from "./reason";
import type { StackRecord } from "./record";

/** Runs pulumi in the project's folder and returns its stdout. Rejects when it fails. */
export type RunPulumi = (args: string[]) => Promise<string>;

/** A stack as `pulumi stack ls --json` prints it. */
interface Listed {
  readonly name: string;
  /** RFC 3339; absent while an update is in progress. */
  readonly lastUpdate?: string;
  /** Only Pulumi Cloud reports it. */
  readonly updateInProgress?: boolean;
}

/** Each process uses 0.2 s of a core and otherwise waits for the backend. */
const PROCESSES_AT_ONCE = 8;

/**
 * Reads the project's stacks by running pulumi: once for the list, and twice for each stack, because the list has neither
 * tags nor outputs.
 *
 * @param only - name of the only stack to read. @default - all stacks of the project
 * @returns one by one, sorted by name
 * @throws {Error} when pulumi cannot list the stacks
 */
export async function* readByCommand(run: RunPulumi, only?: string): AsyncGenerator<StackRecord> {
  const listed = parseJson(await run(["stack", "ls", "--json"]));
  if (!Array.isArray(listed) || !listed.every(isListed)) {
    throw new Error("`pulumi stack ls --json` did not print a list of stacks");
  }
  const wanted = listed
    .filter(({ name }) => only === undefined || name === only)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  yield* pMapIterable(wanted, (stack) => readRecord(run, stack), {
    concurrency: PROCESSES_AT_ONCE,
  });
}

/** Reads one stack. A failure becomes its `fault`: the stack may be damaged or removed meanwhile. */
async function readRecord(run: RunPulumi, listed: Listed): Promise<StackRecord> {
  const { name: stack, lastUpdate, updateInProgress: updating } = listed;
  const known = { stack, updating, locks: [], ...(lastUpdate === undefined ? {} : { lastUpdate }) };
  try {
    const state = parseExport(await run(["stack", "export", "--stack", stack]));
    const tags = parseJson(await run(["stack", "tag", "ls", "--json", "--stack", stack]));
    if (!isTextRecord(tags)) {
      throw new Error("`pulumi stack tag ls --json` did not print tags");
    }
    return { ...state, ...known, tags };
  } catch (error) {
    const fault = reasonOf(error);
    return { ...known, hasResources: true, outputs: {}, tags: {}, fault };
  }
}

function isListed(value: unknown): value is Listed {
  return isObject(value) && typeof value.name === "string";
}
