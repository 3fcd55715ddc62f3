/**
 * Writes YAML that every parser reads the same: a string is in double quotes, as in JSON, or a block of plain lines.
 * YAML 1.1 and 1.2, and the parsers of Go, Python and JavaScript, differ on plain scalars (`no`, `0b101`, `1_000`,
 * `12:30`) and on the characters that end a line.
 *
 * @param documents - JSON values
 * @throws {TypeError} for a value that JSON does not have
 */
export function writeYaml(documents: readonly unknown[]): string {
  return documents.map((document) => `${node(document, "").trimStart()}`).join("---\n");
}

/** A node after its key, to the end of its last line: a scalar on the same line, a collection below. */
function node(value: unknown, indent: string): string {
  if (Array.isArray(value)) {
    return value.length === 0 ? " []\n" : `\n${value.map((one) => item(one, indent)).join("")}`;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, one]) => one !== undefined);
    return entries.length === 0
      ? " {}\n"
      : `\n${entries.map(([key, one]) => entry(key, one, indent)).join("")}`;
  }
  return ` ${scalar(value, indent)}\n`;
}

function entry(key: string, value: unknown, indent: string): string {
  // A list starts at its key's indentation, as kustomize prints it.
  const text = node(value, Array.isArray(value) ? indent : `${indent}  `);
  return key.length > LONGEST_KEY
    ? `${indent}? ${quoted(key)}\n${indent}:${text}`
    : `${indent}${PLAIN_KEY.test(key) ? key : quoted(key)}:${text}`;
}

/** The first line of a collection is on the dash's line. */
function item(value: unknown, indent: string): string {
  const inner = `${indent}  `;
  const text = node(value, inner);
  return `${indent}-${text.startsWith("\n") ? ` ${text.slice(1 + inner.length)}` : text}`;
}

/** A longer key needs an explicit `?`. @see https://yaml.org/spec/1.2.2/#742-flow-mappings */
const LONGEST_KEY = 1000;
/** Some parsers read `e1` as a number. */
const PLAIN_KEY = /^(?!(y|n|yes|no|on|off|true|false|null|e\d+)$)[a-z_][\w./-]*$/i;

function scalar(value: unknown, indent: string): string {
  if (typeof value === "string") {
    return BLOCK.test(value) ? block(value, indent) : quoted(value);
  }
  if (Number.isFinite(value)) {
    // YAML 1.1 requires a decimal point before an exponent.
    return String(value as number).replace(/^(-?\d)e/, "$1.0e");
  }
  if (typeof value === "boolean" || value === null) {
    return String(value);
  }
  throw new TypeError(`JSON cannot represent this ${typeof value}`);
}

/**
 * Several lines that start and end with a visible character, and without a character that parsers treat differently.
 */
const BLOCK =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that parsers treat differently
  /^(?=.*\n)(?!.*[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\p{Surrogate}])\S.*\S\n?$/su;

function block(text: string, indent: string): string {
  const lines = text.replace(/\n$/, "").split("\n");
  return [
    text.endsWith("\n") ? "|" : "|-",
    ...lines.map((line) => (line === "" ? "" : `${indent}${line}`)),
  ].join("\n");
}

/** Characters that JSON.stringify does not escape. */
const UNSAFE = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g;

function quoted(text: string): string {
  return JSON.stringify(text).replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
