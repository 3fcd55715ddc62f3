import { UserError } from "../../core/errors";

const WORD = String.raw`'[^']*'|<[^>]*>|[^\s,;)\`]+`;
const STACK = String.raw`(?: --stack [^\s,;)\`]+)?`;
/** Without an option such as `--secret`, and without another namespace, such as `digitalocean:token`. */
const KEY = String.raw`(?: --path)? (?!-|[\w-]+:)(${WORD})`;
const COMMAND = `pulumi config (?:set${STACK}${KEY} (${WORD})|rm${STACK}${KEY})${STACK}`;
const COMMANDS = new RegExp(`${COMMAND}(?: && ${COMMAND})*`, "g");

/**
 * Runs work whose errors have fixes with `--set` instead of `pulumi config`, which fails while the stack does not exist.
 *
 * @param command - has the option. @default - the running command
 */
export async function withSettingOptions<T>(work: () => Promise<T>, command = ""): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError) {
      const { message, fix } = error;
      const asOptions = (text: string) => settingOptions(text, command);
      Object.assign(error, { message: asOptions(message), fix: asOptions(fix) });
    }
    throw error;
  }
}

/** Replaces each `pulumi config` command in a text by `--set`. Commands for the elements of a list become one option. */
export function settingOptions(text: string, command = ""): string {
  return text.replace(COMMANDS, (commands) => {
    const values = new Map<string, string | string[]>();
    for (const [, set = "", value = "", removed] of commands.matchAll(new RegExp(COMMAND, "g"))) {
      const key = unquoted(removed ?? set);
      const list = key.replace(/\[\d+\]$/, "");
      if (removed !== undefined) {
        values.set(key, "null");
      } else if (list === key) {
        values.set(key, unquoted(value));
      } else {
        values.set(list, [...(values.get(list) ?? []), unquoted(value)]);
      }
    }
    const options = [...values].map(([key, value]) => option(key, value));
    return [...(command === "" ? [] : [command]), ...options].join(" ");
  });
}

function option(key: string, value: string | readonly string[]): string {
  const word = `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`;
  return `--set ${/["[\]{}]/.test(word) ? `'${word}'` : word}`;
}

function unquoted(word: string): string {
  return word.replace(/^'(.*)'$/, "$1");
}
