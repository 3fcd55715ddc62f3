import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { Context } from "../terminal/context";
import { ROOT_TYPE, withoutSecrets } from "./checkpoint";
import { type Engine, engineFor } from "./engine";
import { EventLog } from "./event-log";
import { LockNote } from "./lock-notes";
import { readLocks } from "./read-stacks";
import { sourceOf } from "./stacks";

/** Who hears of an operation, and who ends it. */
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

/** Operations on one stack. */
export interface Stack {
  /** @returns what the program gives. @throws {EngineError} when it fails, as the next two do */
  readonly up: (followed: Followed) => Promise<Outputs>;
  readonly preview: (followed: Followed) => Promise<void>;
  /** @param followed - with `refresh` it looks first at what is really there */
  readonly destroy: (followed: Followed & { readonly refresh?: boolean }) => Promise<void>;
}

/** The project as this command works with it; plain `pulumi` works beside it, and has the stack selected that it had. */
export interface Workspace {
  readonly engine: Engine;
  readonly stack: (name: string) => Stack;
  readonly removeStack: (name: string) => Promise<void>;
}

type Place = Pick<Context, "project" | "env">;

export function openWorkspace(place: Place): Workspace {
  const engine = engineFor(place);
  return {
    engine,
    stack: (name) => {
      const operate = (args: readonly string[], followed: Followed) =>
        operateOn(place, engine, name, args, followed);
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
        destroy: ({ refresh = false, ...followed }) =>
          operate(
            ["destroy", "--yes", "--skip-preview", ...(refresh ? ["--refresh"] : [])],
            followed,
          ),
      };
    },
    removeStack: async (name) => {
      await engine.output("stack", "rm", "--yes", name);
    },
  };
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
      env: { ...env, PULUMI_DEBUG_COMMANDS: "true" },
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
