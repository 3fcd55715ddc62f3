import type { Context } from "./context";
import type { ExitCode } from "./errors";

export interface Result {
  /** The output of `--json`, of the command's schema; a command without a schema prints only text. */
  readonly data?: object;
  /** The output without `--json`, made only then. */
  readonly text: () => string;
  /** @default - 0 */
  readonly exitCode?: ExitCode;
}

/** A word on the command line that is not an option. */
export interface Argument {
  /** As in the help: `<stack>` must be there, `[shell]` may. */
  readonly syntax: string;
  readonly description: string;
  /** The candidates that a shell offers for it. */
  readonly completes?: "stacks" | readonly string[];
}

export interface Option {
  /** As in the help: `--ttl <duration>`. */
  readonly flags: string;
  readonly description: string;
  /** May be given several times; its value is the list of all. */
  readonly repeatable?: boolean;
  readonly choices?: readonly string[];
}

/** Everything that the help says of a command. Its work is in an action, which is loaded only when the command runs. */
export interface CommandDefinition {
  readonly name: string;
  readonly summary: string;
  /** Paragraphs for `--help`, after the summary. */
  readonly description?: string;
  readonly arguments: readonly Argument[];
  readonly options: readonly Option[];
  readonly examples: readonly Example[];
  /** Name and version of its `--json` output, e.g. `list/v1`. @default - it has no `--json` */
  readonly schema?: string;
  /** Whether programs call it, so that neither the help nor a completion offers it. @default - false */
  readonly isHidden?: boolean;
}

interface Example {
  readonly does: string;
  readonly command: string;
}

/** The words that an action gets: one for each argument, in their order. */
export type ArgumentsOf<Definition extends CommandDefinition> = WordsOf<Definition["arguments"]>;

type WordsOf<Arguments extends readonly Argument[]> = {
  readonly [Index in keyof Arguments]: Arguments[Index]["syntax"] extends `<${string}`
    ? string
    : string | undefined;
};

/** The options that an action gets: `--image-tag <tag>` is the text `imageTag`, `--yes` the flag `yes`. */
export type OptionsOf<Definition extends Pick<CommandDefinition, "options">> = ValuesOf<
  Definition["options"]
>;

export type ValuesOf<Options extends readonly Option[]> = {
  readonly [Each in Extract<
    Options[number],
    { readonly repeatable: true }
  > as NameOf<Each>]: readonly ValueOf<Each>[];
} & {
  readonly [Each in Exclude<
    Options[number],
    { readonly repeatable: true }
  > as NameOf<Each>]?: ValueOf<Each>;
};

type NameOf<Each extends Option> = Each extends { readonly flags: `${string}--${infer Long}` }
  ? Long extends `${infer Name} ${string}`
    ? CamelCase<Name>
    : CamelCase<Long>
  : never;

type CamelCase<Text extends string> = Text extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<CamelCase<Rest>>}`
  : Text;

type ValueOf<Each extends Option> = Each extends {
  readonly choices: readonly (infer Choice)[];
}
  ? Choice
  : Each["flags"] extends `${string}<${string}`
    ? string
    : boolean;

export type Action<Definition extends CommandDefinition> = (
  context: Context,
  args: ArgumentsOf<Definition>,
  options: OptionsOf<Definition>,
) => Promise<Result>;

/** A command with its action, as the frame runs it. */
export interface Command extends CommandDefinition {
  readonly load: () => Promise<{
    readonly run: (context: Context, args: readonly string[], options: object) => Promise<Result>;
  }>;
}

/** Puts a definition and its action together; one that takes other words or options does not compile. */
export function command<const Definition extends CommandDefinition>(
  definition: Definition,
  load: () => Promise<{ readonly run: Action<Definition> }>,
): Command {
  // The parser keeps to the definition, and so gives what the action takes.
  return { ...definition, load: load as Command["load"] };
}
