import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { Context } from "../terminal/context";
import { ROOT_TYPE, withoutSecrets } from "./checkpoint";
import { type Engine, engineFor } from "./engine";
import { EventLog } from "./event-log";
import { LockNote } from "./lock-notes";
import { readLocks } from "./read-stacks";
import { stackFilePath, withConfigFile } from "./stack-file";
import { sourceOf } from "./stacks";
import { inTemporaryFolder } from "./temporary-folder";

/** The listener of an operation, and the signal that ends it. */
export interface Followed {
  readonly onEvent: (event: EngineEvent) => void;
  readonly onOutput: (text: string) => void;
  readonly onError: (text: string) => void;
  readonly signal: AbortSignal;
  /** For the program. @default - the command's own variables only */
  readonly env?: Readonly<Record<string, string>>;
}

/** Without those that are secret. */
export type Outputs = Readonly<Record<string, unknown>>;

export interface Stack {
  /** @returns what the program gives. @throws {EngineError} when it fails, as the next two do */
  readonly up: (followed: Followed) => Promise<Outputs>;
  readonly preview: (followed: Followed) => Promise<void>;
  readonly destroy: (followed: Followed & DestroyOptions) => Promise<void>;
}

export interface DestroyOptions {
  /** Whether it looks first at what is really there. @default false */
  readonly refresh?: boolean;
  /** URNs of what is destroyed, with what depends on it. @default - everything */
  readonly targets?: readonly string[];
}

/** The project as this command works with it; plain `pulumi` works beside it, and has the stack selected that it had. */
export interface Workspace {
  readonly engine: Engine;
  /**
   * @param config - text of the file that its operations are configured by. @default - that of its own file; either way
   *   they get a copy, and pulumi writes nothing into the checkout
   */
  readonly stack: (name: string, config?: string) => Stack;
  readonly createStack: (name: string) => Promise<void>;
  /**
   * Takes out of the state what pulumi had begun when it was ended: it would warn of that at every update.
   *
   * @param made - ids of what has come of it by URN: the state has that from then on
   */
  readonly forgetPending: (name: string, made: ReadonlyMap<string, string>) => Promise<void>;
  /** Leaves its file in this checkout, so that a new stack of that name has the same settings. */
  readonly removeStack: (name: string) => Promise<void>;
}

type Place = Pick<Context, "project" | "env">;

/**
 * How many resources the engine works on at once. By itself it takes 4 for each core: 8 on a runner with two, each of
 * which waits for one Deployment. Waiting costs nothing.
 */
const AT_ONCE = "64";

export function openWorkspace(place: Place): Workspace {
  const engine = engineFor(place);
  return {
    engine,
    stack: (name, config = fileOf(place, name)) => {
      const operate = (args: readonly string[], followed: Followed) =>
        withConfigFile(config, (file) =>
          operateOn(place, engine, name, [...args, "--config-file", file], followed),
        );
      return {
        up: async (followed) => {
          let outputs: Outputs = {};
          const onEvent = (event: EngineEvent) => {
            outputs = outputsIn(event) ?? outputs;
            followed.onEvent(event);
          };
          await operate(["up", "--yes", "--skip-preview"], { ...followed, onEvent });
          return outputs;
        },
        preview: (followed) => operate(["preview"], followed),
        destroy: ({ refresh = false, targets = [], ...followed }) =>
          operate(
            [
              ...["destroy", "--yes", "--skip-preview"],
              ...(refresh ? ["--refresh"] : []),
              ...targets.flatMap((urn) => ["--target", urn]),
              ...(targets.length > 0 ? ["--target-dependents"] : []),
            ],
            // Saves the state at the end, and not before and after each resource. A destroy that is killed leaves more in the
            // state than there is, and the next one takes as deleted what is gone. Nothing can be lost: it creates nothing.
            { ...followed, env: { ...followed.env, PULUMI_SKIP_CHECKPOINTS: "true" } },
          ),
      };
    },
    createStack: (name) => createStack(place, engine, name),
    forgetPending: (name, made) => forgetPending(engine, name, made),
    removeStack: async (name) => {
      await engine.output("stack", "rm", "--yes", "--preserve-config", name);
    },
  };
}

function fileOf({ project }: Place, stack: string): string {
  const path = stackFilePath(project, stack);
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** Pulumi writes a file for a new stack, so that it is made in a copy of the project that has nothing else. */
async function createStack(place: Place, engine: Engine, stack: string): Promise<void> {
  const { project } = place;
  await inTemporaryFolder("stack", async (folder) => {
    copyFileSync(join(project.folder, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    writeFileSync(stackFilePath({ ...project, folder }, stack), fileOf(place, stack));
    await engine.run(["stack", "init", stack, "--no-select"], {
      folder,
      env: { PULUMI_BACKEND_URL: sourceOf(place).url },
    });
  });
}

/** An import does it. @see pkg/cmd/pulumi/stack/io.go (SaveSnapshot) of Pulumi 3.259 */
async function forgetPending(
  engine: Engine,
  stack: string,
  made: ReadonlyMap<string, string>,
): Promise<void> {
  await inTemporaryFolder("state", async (folder) => {
    const path = join(folder, "state.json");
    const file = ["--stack", stack, "--file", path];
    await engine.output("stack", "export", ...file);
    if (made.size > 0) {
      writeFileSync(path, withMade(readFileSync(path, "utf8"), made));
    }
    await engine.output("stack", "import", ...file);
  });
}

interface ExportedState {
  readonly deployment: {
    readonly resources?: readonly object[];
    readonly pending_operations?: readonly {
      readonly resource: {
        readonly urn: string;
        readonly inputs?: Readonly<Record<string, unknown>>;
      };
    }[];
  };
}

/** A resource that was being made has all but its id and its outputs. */
function withMade(text: string, made: ReadonlyMap<string, string>): string {
  const state = JSON.parse(text) as ExportedState;
  const { resources = [], pending_operations: pending = [] } = state.deployment;
  const taken = pending.flatMap(({ resource }) => {
    const id = made.get(resource.urn);
    // Which inputs are defaults is the provider's note for itself.
    const { __defaults: _, ...outputs } = { ...resource.inputs };
    return id === undefined ? [] : [{ ...resource, id, outputs }];
  });
  const deployment = { ...state.deployment, resources: [...resources, ...taken] };
  return JSON.stringify({ ...state, deployment });
}

async function operateOn(
  place: Place,
  engine: Engine,
  stack: string,
  args: readonly string[],
  { onEvent, env, ...followed }: Followed,
): Promise<void> {
  const note = new LockNote(place.env, () => readLocks(sourceOf(place), stack));
  const log = new EventLog((event) => {
    note.taken();
    onEvent(event);
  });
  try {
    await engine.run([...args, "--stack", stack, "--event-log", log.file, "--color", "never"], {
      ...followed,
      // Pulumi has the event log for who works on pulumi. @see pkg/cmd/pulumi/operations/up.go of Pulumi 3.259
      env: {
        PULUMI_PARALLEL: place.env.PULUMI_PARALLEL ?? AT_ONCE,
        ...env,
        PULUMI_DEBUG_COMMANDS: "true",
        // Where the file does not tell how secrets are encrypted, the state does.
        PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true",
      },
      onStart: note.started,
    });
  } finally {
    log.close();
    await note.remove();
  }
}

/** The stack itself is the one resource without a parent whose outputs are the program's. */
function outputsIn({ resOutputsEvent }: EngineEvent): Outputs | undefined {
  const { type, new: made } = resOutputsEvent?.metadata ?? {};
  return type === ROOT_TYPE && made ? withoutSecrets(made.outputs) : undefined;
}
