/** Between two blocks of a page. */
export const SEPARATOR = "\n\n";

/** Blocks one after the other; empty ones are left out. */
export function joined(blocks: readonly string[]): string {
  return blocks.filter((block) => block !== "").join(SEPARATOR);
}

/** A block of code that no run of backticks in it can end. */
export function fenced(lines: readonly string[], language = "text"): string {
  const text = lines.join("\n");
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** Text in which nothing is markup, and nothing a mention of a person, an issue or a commit. */
export function plain(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(/[\\`*_{}[\]()~|!>]/g, "\\$&")
    .replaceAll(/[@#](?=\w)/g, "$&&#8203;");
}

/** Blocks that are there when one opens them. */
export function folded(title: string, blocks: readonly string[]): string {
  return joined([`<details><summary>${title}</summary>`, ...blocks, "</details>"]);
}

/** A table of Markdown; without headings the first row stands empty. */
export function tableOf(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(headings), line(headings.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A word of code within a line, or plain text where it holds what would end that. */
export function code(text: string): string {
  return /[`|\n]/.test(text) ? plain(text.replaceAll("\n", " ")) : `\`${text}\``;
}
