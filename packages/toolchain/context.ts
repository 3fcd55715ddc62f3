import type { Places } from "./places";

/** The dependencies of every step of the toolchain; tests pass their own. */
export interface Context {
  readonly places: Places;
  /** The caller's environment, without our folders on its PATH. */
  readonly env: NodeJS.ProcessEnv;
  /** Prints a line for the user, on stderr: stdout is for results. */
  readonly say: (line: string) => void;
}
