import { stripVTControlCharacters } from "node:util";
import { redact } from "../../core/redact";

/** Longest message that is told whole, in characters. */
const MESSAGE_LENGTH = 500;
const LINE_LENGTH = 300;

/** A message of the cluster, fit to be shown: on one line, without secrets and control characters, not too long. */
export function excerpt(message: string): string {
  return cut(printable(message).replaceAll(/\s+/g, " ").trim(), MESSAGE_LENGTH);
}

/** The last lines of a log, each as {@link excerpt} has it but for its spaces. */
export function lastLines(log: string, count: number): string[] {
  const text = printable(log).trimEnd();
  return text === ""
    ? []
    : text
        .split("\n")
        .slice(-count)
        .map((line) => cut(line.trimEnd(), LINE_LENGTH));
}

/** Secrets go before anything is cut: half a token does not look like one. */
function printable(text: string): string {
  // Colours and cursor movements of programs that believe in a terminal; then all other control characters.
  const plain = stripVTControlCharacters(text).replaceAll("\r\n", "\n").replaceAll("\r", "\n");
  return redact(plain.replaceAll(/[^\P{Cc}\n\t]/gu, ""));
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}...`;
}
