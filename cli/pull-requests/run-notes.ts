import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeAtomically } from "../../core/overlay/generated-file";
import type { Diagnosis, RunningImage } from "../cluster/diagnosis";
import type { DownData } from "../environments/down.data";
import type { EnvironmentStatus } from "../stacks/environment-status";
import type { Project } from "../terminal/context";
import type { Lap } from "../terminal/progress";
import type { Decision } from "./decision";
import type { TestResult } from "./gate/test-result";

/** The parts of an environment that exist. */
export interface Seen {
  /** @default - none */
  readonly environment?: EnvironmentStatus;
  /** The running images, with the digests that the nodes pulled, where the cluster reports them. */
  readonly images: readonly RunningImage[];
  /** Image references of the last update. */
  readonly declared: readonly string[];
}

/** The notes of one run's commands about one commit: each continues where the last one ended. */
export interface RunNotes {
  readonly commit: string;
  /** The decision. @default - the first command ended before it */
  readonly decision?: Decision;
  /** The parts that existed at the last look. @default - not read yet */
  readonly seen?: Seen;
  readonly laps: readonly Lap[];
  /** The images before this commit; none at first. */
  readonly before?: { readonly commit?: string; readonly images: readonly string[] };
  readonly failure?: { readonly message: string; readonly diagnosis?: Diagnosis };
  readonly tests?: readonly TestResult[];
  /** Minimum time until which an environment with a failed gate is kept, RFC 3339. */
  readonly keptUntil?: string;
  readonly receipt?: DownData;
}

/** Returns a run's notes, or undefined if there are none for this commit. */
export function readRun(project: Project, stack: string, commit: string): RunNotes | undefined {
  const file = fileOf(project, stack);
  if (!existsSync(file)) {
    return undefined;
  }
  const record = JSON.parse(readFileSync(file, "utf8")) as RunNotes;
  return record.commit === commit ? record : undefined;
}

export function writeRun(project: Project, stack: string, record: RunNotes): void {
  const file = fileOf(project, stack);
  mkdirSync(dirname(file), { recursive: true });
  writeAtomically(file, JSON.stringify(record));
}

/** Beside the stack's own folder, which is deleted with the environment. */
function fileOf({ folder }: Project, stack: string): string {
  return join(folder, ".rendered", `${stack}.run.json`);
}
