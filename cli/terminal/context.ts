import type { Terminal } from "./terminal";

/** The Pulumi project whose stacks are the environments. */
export interface Project {
  /** Absolute. */
  readonly folder: string;
  readonly name: string;
}

/** The dependencies of every command; tests pass their own. */
export interface Context {
  readonly project: Project;
  readonly env: NodeJS.ProcessEnv;
  /** Folder of the project that this command belongs to: where its scripts are. */
  readonly home: string;
  /** Where the command was called: what relative paths on the command line start from. */
  readonly cwd: string;
  readonly terminal: Terminal;
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  readonly json: boolean;
  /** Shows Pulumi's own output, too, and the stack of an unexpected error. */
  readonly verbose: boolean;
  /** Tells one line of progress, on stderr. */
  readonly say: (line: string) => void;
}
