import type { Value, Variables } from "./variables";

/** Variables as lines that a POSIX shell evaluates. Secrets appear as the command that reads their file. */
export function formatExports(variables: Variables): string {
  return Object.entries(variables)
    .map(([name, value]) => `${formatExport(name, value)}\n`)
    .join("");
}

function formatExport(name: string, value: Value): string {
  if (value === undefined) {
    return `unset ${name}`;
  }
  return typeof value === "string"
    ? `export ${name}=${quote(value)}`
    : `export ${name}="$(cat ${quote(value.contentOf)})"`;
}

/** A text as one word of a shell command, whatever is in it. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
