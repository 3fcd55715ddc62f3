import { SECRET_ADDRESSES, TOKEN_SHAPES } from "./token-shapes";

export const REDACTED = "[redacted]";

/** Names whose value is always a secret. Those in LIKELY have one only if the value looks like one. */
const SURE =
  "pass(?:word|wd|phrase|code)|[-_]pass|pwd|(?:api|access|account|private|secret|shared|signing|encryption)[-_. ]?key";
const LIKELY = "secret|token|credentials?|auth|authorization|signature|dsn";
/** The separator of a name and its value: in variable files, YAML, JSON, and JSON in a JSON string. */
const QUOTE = String.raw`\\*["']?`;
const SPACE = String.raw`[^\S\n]*`;
const VALUE = [
  // A part that is already redacted, without the rest.
  String.raw`\[redacted\]`,
  String.raw`"(?:\\.|[^"\\\n])*"?`,
  String.raw`'[^'\n]*'?`,
  String.raw`\\+".*?\\"(?=[\s,}\]]|$)`,
  String.raw`\S+`,
].join("|");
const LOOKS_SECRET = String.raw`(?=\S*\d)[\w.~+/=-]{8,}`;

/** Names of variables, and the words that follow one in a sentence about it. */
const VARIABLE =
  "PASS(?:WORD|WD|PHRASE|CODE)?|SECRET|TOKEN|CREDENTIALS?|(?:API|ACCESS|ACCOUNT|PRIVATE|SECRET|SHARED|SIGNING|ENCRYPTION)_?KEY";
const PROSE =
  "is|are|was|were|be|has|have|had|must|may|might|can|cannot|could|should|shall|will|would|do|does|did|not|no|isn't|wasn't|and|or|but|if|when|than|that|this|which|for|from|in|into|of|on|to|at|by|with|without|as|a|an|the|its?|value|variable|environment|missing|required|expected|invalid|expired|unset|set|empty|found";

/** The replacements, in order. All are bounded, because a log line may be long. */
const RULES: readonly (readonly [RegExp, string])[] = [
  // A PEM key on one line.
  [/-----BEGIN ([A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?)-----[^-]*(?:-----END \1-----)?/g, REDACTED],
  [SECRET_ADDRESSES, `$1${REDACTED}`],
  [/([?&](?:sig|key|code)=)[^\s&"'<>]{8,}/gi, `$1${REDACTED}`],
  // The credentials of a URL. A password may contain slashes; the port in `host:8080/` is not one.
  [
    /(\b[a-z][a-z\d+.-]{0,30}:\/\/[^\s:/?#@"']{0,300}):(?!\d+\/)[^\s"']{0,300}@/gi,
    `$1:${REDACTED}@`,
  ],
  [/(\b[a-z][a-z\d+.-]{0,30}:\/\/)[^\s:/?#@"']{16,300}@/gi, `$1${REDACTED}@`],
  [pattern(`((?:set-)?cookie${QUOTE}${SPACE}:${SPACE})[^\\n]+`), `$1${REDACTED}`],
  [
    pattern(
      `(authorization${QUOTE}${SPACE}[:=]${SPACE}${QUOTE})(?:bearer|basic|digest|token|apikey)[^\\S\\n]+[^\\s"'\\\\]+`,
    ),
    `$1${REDACTED}`,
  ],
  [/\b((?:bearer|basic)\s+)(?=\S*[\d._~+/=-])[\w.~+/-]{8,}=*/gi, `$1${REDACTED}`],
  ...TOKEN_SHAPES.map((shape) => [shape, REDACTED] as const),
  // Pairs of name and value, and flags.
  [
    pattern(`((?:${SURE})[\\w.-]{0,30}${QUOTE}${SPACE}(?:=>?|:=?)${SPACE})(?:${VALUE})`),
    `$1${REDACTED}`,
  ],
  [
    pattern(`((?:${LIKELY})(?:${QUOTE}${SPACE}=>?|${"\\\\*[\"']"}${SPACE}:)${SPACE})(?:${VALUE})`),
    `$1${REDACTED}`,
  ],
  [pattern(`((?:${LIKELY}):${SPACE})${LOOKS_SECRET}`), `$1${REDACTED}`],
  [pattern(`(--[\\w-]{0,40}(?:${SURE}|secret|token)[^\\S\\n]+)(?!-)(?:${VALUE})`), `$1${REDACTED}`],
  // A variable of a container, in JSON.
  [
    pattern(
      `("name"\\s*:\\s*"[\\w.-]{0,60}(?:${SURE}|${LIKELY})[\\w.-]{0,60}"\\s*,\\s*"value"\\s*:\\s*)"(?:\\\\.|[^"\\\\\\n])*"?`,
    ),
    `$1${REDACTED}`,
  ],
  // A variable and its value, separated by space only, but not a sentence about the variable; and those in .netrc.
  [
    new RegExp(
      `(\\b(?:[A-Z\\d]{1,30}_){0,5}(?:${VARIABLE})(?:_[A-Z\\d]{1,30}){0,3}[^\\S\\n]+)(?!(?:${PROSE})\\b|[^\\s\\w./+$!#%@~-])\\S+`,
      "g",
    ),
    `$1${REDACTED}`,
  ],
  [pattern(`(\\bpassword[^\\S\\n]+)${LOOKS_SECRET}(?=\\s|$)`), `$1${REDACTED}`],
];

/** The end of a PEM key without its start, as in the last lines of a log. */
const END_OF_KEY =
  /(?:^[\w+/=]{16,100}\s*\n)*^.{0,100}-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----/gm;
const KEY_BEGINS = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----/;
const KEY_ENDS = /^.*?-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----/;
/** A line in a PEM key: base64 or headers, possibly indented or quoted. */
const KEY_GOES_ON = /^[\s"'|>]{0,40}(?:[\w+/=]{1,100}|[A-Za-z-]{1,30}: .{0,100}|)[\s"',\\n]{0,10}$/;

/** A YAML key whose value is on the next lines. */
const KEY_ALONE = new RegExp(
  `^(\\s*)(?:- +)?["']?[\\w./-]{0,60}(?:${SURE}|${LIKELY})[\\w./-]{0,60}["']?\\s*:\\s*([|>][-+\\d]{0,3}|\\\\)?\\s*$`,
  "i",
);
/** A variable's name, whose value is on the next line. */
const NAME_ALONE = new RegExp(
  `^\\s*(?:- +)?["']?name["']?\\s*:\\s*["']?[\\w.-]{0,60}(?:${SURE}|${LIKELY})[\\w.-]{0,60}["']?,?\\s*$`,
  "i",
);
const VALUE_OF_NAME = /^(\s*["']?value["']?\s*:\s*)\S.*$/;
/** A key has no blank before its colon; a value may be followed by a blank. */
const NESTED = /^\s*(?:- +)?["']?[\w./-]+["']?:(?:\s|$)/;

/**
 * Removes texts that look like secrets from another program's output, such as a container's log: tokens, passwords in
 * pairs such as `password=...`, credentials in URLs and headers, private keys, and values on YAML's next lines. It
 * rather removes too much, but cannot recognize a secret that looks like an ordinary word.
 */
export function redact(text: string): string {
  const lines = new LineRedactor();
  const keyStart = text.search(KEY_BEGINS);
  const [before, after] =
    keyStart === -1 ? [text, ""] : [text.slice(0, keyStart), text.slice(keyStart)];
  return `${before.replace(END_OF_KEY, REDACTED)}${after}`
    .split("\n")
    .flatMap((line) => lines.next(line) ?? [])
    .join("\n");
}

/** {@link redact} for a text that arrives line by line. Remembers the context from earlier lines. */
export class LineRedactor {
  private inKey = false;
  /** The YAML key that these lines are the value of. */
  private owner: { readonly indent: number; readonly isBlock: boolean } | undefined;
  private isNamed = false;

  /** @returns the line without secrets; undefined when an earlier line's replacement already covers it */
  public next(line: string): string | undefined {
    const rest = this.withoutKey(line);
    if (rest === undefined) {
      return undefined;
    }
    const known = this.withoutValue(rest);
    return KEY_ALONE.test(known) ? known : byRules(known);
  }

  private withoutKey(line: string): string | undefined {
    if (this.inKey) {
      const end = KEY_ENDS.exec(line);
      this.inKey = end === null && KEY_GOES_ON.test(line);
      if (end !== null) {
        const after = line.slice(end[0].length);
        return /^["',]*$/.test(after) ? undefined : after;
      }
      return this.inKey ? undefined : line;
    }
    const begin = KEY_BEGINS.exec(line);
    if (begin === null || line.includes("-----END ", begin.index)) {
      return line;
    }
    this.inKey = true;
    return `${line.slice(0, begin.index)}${REDACTED}`;
  }

  private withoutValue(line: string): string {
    const { owner, isNamed } = this;
    const [, indent, style] = KEY_ALONE.exec(line) ?? [];
    this.isNamed = NAME_ALONE.test(line);
    const depth = line.length - line.trimStart().length;
    if (owner !== undefined) {
      if (line.trim() === "") {
        return line;
      }
      if (depth > owner.indent && (owner.isBlock || !NESTED.test(line))) {
        return `${line.slice(0, depth)}${REDACTED}`;
      }
      this.owner = undefined;
    }
    if (indent !== undefined) {
      this.owner = {
        indent: indent.length,
        isBlock: style?.startsWith("|") === true || style?.startsWith(">") === true,
      };
    }
    return isNamed ? line.replace(VALUE_OF_NAME, `$1${REDACTED}`) : line;
  }
}

function byRules(line: string): string {
  return RULES.reduce((rest, [secret, replacement]) => rest.replace(secret, replacement), line);
}

function pattern(source: string): RegExp {
  return new RegExp(source, "gi");
}
