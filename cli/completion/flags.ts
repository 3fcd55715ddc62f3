import type { Command, Option } from "../terminal/command";

/** Options that every command has, as `run.ts` adds them; `--json` only where there is a schema. */
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
  /** E.g. `<folder>`; an option without one takes no value. */
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
  /** The option whose value is yet to come. */
  readonly awaiting?: Flag;
  readonly given: ReadonlySet<Flag>;
  /** By long name. */
  readonly values: ReadonlyMap<string, string>;
  /** How many words there are that are no options. */
  readonly positionals: number;
  /** After `--`. */
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
