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
  /**
   * Where pulumi prints its progress. Never a pipe to this process: if this process is killed, the next line would end
   * pulumi (SIGPIPE). Without a pipe, pulumi completes the operation and releases the stack's lock.
   */
  readonly stdout: "ignore" | number;
  readonly onError: (text: string) => void;
  readonly signal: AbortSignal;
  /** Additional variables for the program. @default - none */
  readonly env?: Readonly<Record<string, string>>;
}

/** Outputs of the program, without secrets. */
export type Outputs = Readonly<Record<string, unknown>>;

export interface Stack {
  /** @returns the program's outputs. @throws {EngineError} when it fails, like the next two */
  readonly up: (followed: Followed) => Promise<Outputs>;
  readonly preview: (followed: Followed) => Promise<void>;
  readonly destroy: (followed: Followed & DestroyOptions) => Promise<void>;
}

export interface DestroyOptions {
  /** Whether to refresh the state first. @default false */
  readonly refresh?: boolean;
  /** URNs to destroy, with their dependents. @default - everything */
  readonly targets?: readonly string[];
}

/** Operations on the project. They leave plain `pulumi`'s selected stack unchanged. */
export interface Workspace {
  readonly engine: Engine;
  /**
   * @param config - text of the config file for its operations. @default - the stack's own file. Operations always use a
   *   copy, so that pulumi writes nothing into the checkout
   */
  readonly stack: (name: string, config?: string) => Stack;
  readonly createStack: (name: string) => Promise<void>;
  /**
   * Removes operations of a killed pulumi from the state, because pulumi would warn about them at every update.
   *
   * @param made - ids, by URN, of resources that these operations created; they are added to the state
   */
  readonly forgetPending: (name: string, made: ReadonlyMap<string, string>) => Promise<void>;
  /** Keeps the stack's file in this checkout, so that a new stack of that name has the same settings. */
  readonly removeStack: (name: string) => Promise<void>;
}

type Place = Pick<Context, "project" | "env">;

/**
 * Number of parallel operations of the engine. Its default of 4 a core is 8 on a runner with two cores, and each operation
 * mostly waits for a Deployment, which costs nothing.
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
            // Saves the state only at the end, not around each resource. A killed destroy leaves deleted resources in the
            // state, which the next one skips. No resource can be lost, because a destroy creates none.
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

/** Creates a stack in an empty copy of the project, because pulumi writes a file for a new stack. */
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

/** An import removes them. @see pkg/cmd/pulumi/stack/io.go (SaveSnapshot) of Pulumi 3.259 */
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

/** Completes a resource that was being created: it lacks only id and outputs. */
function withMade(text: string, made: ReadonlyMap<string, string>): string {
  const state = JSON.parse(text) as ExportedState;
  const { resources = [], pending_operations: pending = [] } = state.deployment;
  const taken = pending.flatMap(({ resource }) => {
    const id = made.get(resource.urn);
    // The provider marks default inputs for itself.
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
      // Pulumi offers the event log only for its own development. @see pkg/cmd/pulumi/operations/up.go of Pulumi 3.259
      env: {
        PULUMI_PARALLEL: place.env.PULUMI_PARALLEL ?? AT_ONCE,
        ...env,
        PULUMI_DEBUG_COMMANDS: "true",
        // The state describes the encryption of secrets if the file does not.
        PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true",
      },
      onStart: note.started,
    });
  } finally {
    log.close();
    await note.remove();
  }
}

/** Returns the outputs of the stack's own resource, which has no parent. */
function outputsIn({ resOutputsEvent }: EngineEvent): Outputs | undefined {
  const { type, new: made } = resOutputsEvent?.metadata ?? {};
  return type === ROOT_TYPE && made ? withoutSecrets(made.outputs) : undefined;
}
