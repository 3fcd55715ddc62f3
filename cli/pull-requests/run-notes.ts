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

/** The existing parts of an environment. */
export interface Seen {
  /** @default - there is none */
  readonly environment?: EnvironmentStatus;
  /** The running images, with the digests that the nodes pulled, where the cluster reports them. */
  readonly images: readonly RunningImage[];
  /** References that the last update has declared. */
  readonly declared: readonly string[];
}

/** The notes of one run's commands about one commit: each continues where the last one ended. */
export interface RunNotes {
  readonly commit: string;
  /** Its decision. @default - its first command did not get that far */
  readonly decision?: Decision;
  /** The resources at the last look. @default - it has not looked */
  readonly seen?: Seen;
  readonly laps: readonly Lap[];
  /** The images before this commit; none at first. */
  readonly before?: { readonly commit?: string; readonly images: readonly string[] };
  readonly failure?: { readonly message: string; readonly diagnosis?: Diagnosis };
  readonly tests?: readonly TestResult[];
  /** RFC 3339; at least so long an environment whose gate has failed is kept. */
  readonly keptUntil?: string;
  readonly receipt?: DownData;
}

/** The record of a run, or undefined when it is another commit's, or there is none. */
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

/** Beside the stack's own folder, which goes with the environment. */
function fileOf({ folder }: Project, stack: string): string {
  return join(folder, ".rendered", `${stack}.run.json`);
}
