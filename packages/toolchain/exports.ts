import type { Value, Variables } from "./variables";

/** Variables as lines for a POSIX shell. Secrets appear as the command that reads their file. */
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

/** Quotes any text as one word of a shell command. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
