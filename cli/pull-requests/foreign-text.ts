/** All but printable characters, tabs and ends of lines. Some of these end a line for one YAML library, and not for another. */
const NOT_PLAIN =
  /\r(?!\n)|[^\t\n\r\u0020-\u007e\u00a0-\u{10ffff}]|[\u2028\u2029\ufeff\ufffe\uffff]/u;

/**
 * Reads a file that somebody else has written, if YAML libraries, kustomize and people make the same of its characters.
 *
 * @returns the text, or what is wrong with it
 */
export function plainText(content: Buffer): { readonly text: string } | { readonly fault: string } {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return { fault: "is not UTF-8" };
  }
  const [character] = NOT_PLAIN.exec(text) ?? [];
  if (character === undefined) {
    return { text };
  }
  const code = character.codePointAt(0) ?? 0;
  const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  return { fault: `has the character ${name}, which is not plain text` };
}
