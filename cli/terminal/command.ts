import type { Context } from "./context";
import type { ExitCode } from "./errors";

/** What a command has found or done. */
export interface Result {
  /** What `--json` prints, of the schema that the command names; a command without a schema prints only text. */
  readonly data?: object;
  /** What is printed without `--json`, made only then. */
  readonly text: () => string;
  /** @default - 0 */
  readonly exitCode?: ExitCode;
}

export type Action<Options> = (
  context: Context,
  args: readonly string[],
  options: Options,
) => Promise<Result>;

/** A word on the command line that is not an option. */
export interface Argument {
  /** As in the help: `<stack>` must be there, `[shell]` may. */
  readonly syntax: string;
  readonly description: string;
  /** What a shell offers for it. */
  readonly completes?: "stacks" | readonly string[];
}

/** An option beside those that every command has. */
export interface Option {
  /** As in the help: `--ttl <duration>`. */
  readonly flags: string;
  readonly description: string;
  /** May be given several times; its value is the list of all. */
  readonly repeatable?: boolean;
  readonly choices?: readonly string[];
}

/** What the command line says of a command; what the command does is in `actions/`, loaded only when it runs. */
export interface Command<Options = never> {
  readonly name: string;
  readonly summary: string;
  /** Paragraphs for `--help`, after the summary. */
  readonly description?: string;
  readonly arguments: readonly Argument[];
  readonly options: readonly Option[];
  readonly examples: readonly Example[];
  /** Name and version of its `--json` output, e.g. `list/v1`. @default - it has no `--json` */
  readonly schema?: string;
  readonly load: () => Promise<{ readonly run: Action<Options> }>;
}

export interface Example {
  readonly does: string;
  readonly command: string;
}
