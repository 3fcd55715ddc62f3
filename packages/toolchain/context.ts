import type { Places } from "./places";

/** The dependencies of every step of the toolchain; tests pass their own. */
export interface Context {
  readonly places: Places;
  /** The caller's environment, with nothing of ours on its PATH. */
  readonly env: NodeJS.ProcessEnv;
  /** Tells the user one line. Never on stdout: that belongs to results. */
  readonly say: (line: string) => void;
}
