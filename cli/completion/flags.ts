import type { Command, Option } from "../terminal/command";

/** Options that `run.ts` adds to every command; `--json` only for commands with a schema. */
const COMMON: readonly Option[] = [
  {
    flags: "-C, --project <folder>",
    description: "folder with Pulumi.yaml (default: the current folder or its nearest parent)",
  },
  { flags: "-v, --verbose", description: "also show Pulumi's own output" },
  { flags: "-h, --help", description: "display help for command" },
];
const JSON_OPTION: Option = { flags: "--json", description: "print the result as JSON" };

export interface Flag extends Pick<Option, "description" | "repeatable" | "choices"> {
  /** E.g. `--project`. */
  readonly long: string;
  /** E.g. `-C`. */
  readonly short?: string;
  /** E.g. `<folder>`; absent for an option without a value. */
  readonly placeholder?: string;
}

export function flagsOf({ options, schema }: Command): Flag[] {
  return [...options, ...(schema === undefined ? [] : [JSON_OPTION]), ...COMMON].map(flagOf);
}

function flagOf({ flags, ...rest }: Option): Flag {
  return {
    ...rest,
    long: /--[\w-]+/.exec(flags)?.[0] ?? flags,
    short: /^-\w\b/.exec(flags)?.[0],
    placeholder: /[<[].*[>\]]$/.exec(flags)?.[0],
  };
}

/** The meaning of the words before the one to complete. */
export interface Read {
  /** The option whose value is the next word. */
  readonly awaiting?: Flag;
  readonly given: ReadonlySet<Flag>;
  /** Given options, by long name. */
  readonly values: ReadonlyMap<string, string>;
  /** Number of words that are not options. */
  readonly positionals: number;
  /** Whether the next word is after `--`. */
  readonly onlyPositionals: boolean;
}

export function readWords(words: readonly string[], flags: readonly Flag[]): Read {
  const given = new Set<Flag>();
  const values = new Map<string, string>();
  let awaiting: Flag | undefined;
  let positionals = 0;
  let onlyPositionals = false;
  for (const word of words) {
    if (awaiting !== undefined) {
      values.set(awaiting.long, word);
      awaiting = undefined;
    } else if (word === "--" && !onlyPositionals) {
      onlyPositionals = true;
    } else if (onlyPositionals || !word.startsWith("-")) {
      positionals++;
    } else {
      const [name, value] = word.split("=", 2);
      const flag = flags.find(({ long, short }) => name === long || name === short);
      if (flag !== undefined) {
        given.add(flag);
        awaiting = flag.placeholder !== undefined && value === undefined ? flag : undefined;
        values.set(flag.long, value ?? "");
      }
    }
  }
  return { awaiting, given, values, positionals, onlyPositionals };
}
