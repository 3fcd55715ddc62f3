import { stripVTControlCharacters } from "node:util";
import { redact } from "../../core/redact";

/** Maximum length of a message, in characters. */
const MESSAGE_LENGTH = 500;
const LINE_LENGTH = 300;

/** Prepares a message of the cluster for output: one line, without secrets and control characters, and shortened. */
export function excerpt(message: string): string {
  return cut(printable(message).replaceAll(/\s+/g, " ").trim(), MESSAGE_LENGTH);
}

/** Prepares the last lines of a log like {@link excerpt}, but keeps their spaces. */
export function lastLines(log: string, count: number): string[] {
  const text = printable(log).trimEnd();
  return text === ""
    ? []
    : text
        .split("\n")
        .slice(-count)
        .map((line) => cut(line.trimEnd(), LINE_LENGTH));
}

/** Removes secrets and control characters before the text is cut, because half a token does not look like one. */
function printable(text: string): string {
  // First colours and cursor movements for terminals, then all other control characters.
  const plain = stripVTControlCharacters(text).replaceAll("\r\n", "\n").replaceAll("\r", "\n");
  return redact(plain.replaceAll(/[^\P{Cc}\n\t]/gu, ""));
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}...`;
}
