/** What stands in the place of a secret. */
export const REDACTED = "[redacted]";

/** Names whose value is a secret, and names whose value is one when it looks so. */
const SURE =
  "pass(?:word|wd|phrase|code)|[-_]pass|pwd|(?:api|access|private|secret|signing|encryption)[-_. ]?key";
const LIKELY = "secret|token|credentials?|auth|authorization|signature|dsn";
/** Between a name and its value: in files of variables, YAML, JSON, and JSON in a string of JSON. */
const QUOTE = String.raw`\\*["']?`;
const SPACE = String.raw`[^\S\n]*`;
const VALUE = [
  // What was taken out already, without what follows it.
  String.raw`\[redacted\]`,
  String.raw`"(?:\\.|[^"\\\n])*"?`,
  String.raw`'[^'\n]*'?`,
  String.raw`\\+".*?\\"(?=[\s,}\]]|$)`,
  String.raw`\S+`,
].join("|");
const LOOKS_SECRET = String.raw`(?=\S*\d)[\w.~+/=-]{8,}`;

/** What is replaced, and by what, one after the other. All are bounded: a log line may be long. */
const RULES: readonly (readonly [RegExp, string])[] = [
  // A key in PEM; and the end of one whose beginning was cut off, as the last lines of a log have it.
  [/-----BEGIN ([A-Z ]{0,30}PRIVATE KEY)-----[^-]*(?:-----END \1-----)?/g, REDACTED],
  [/(?:^[\w+/=]{16,100}\s*\n)*^.{0,100}-----END [A-Z ]{0,30}PRIVATE KEY-----/gm, REDACTED],
  // The credentials of a URL. A password may hold slashes; `host:8080/` is none.
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
  // Tokens that are known by their look: DigitalOcean's (with the keys of Spaces), JSON Web Tokens, AWS', GitHub's,
  // GitLab's, Slack's, Stripe's, npm's, Google's, Pulumi's.
  [/\bdo[oprt]_v1_\w+/g, REDACTED],
  [/\bDO(?:00|801)[A-Z\d]{16,}\b/g, REDACTED],
  [/\beyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?/g, REDACTED],
  [/\b(?:AKIA|ASIA)[A-Z\d]{16}\b/g, REDACTED],
  [/\b(?:gh[oprsu]_|github_pat_)\w{20,}|\bglpat-[\w-]{20,}|\bxox[abprs]-[\w-]{10,}/g, REDACTED],
  [/\b(?:[rs]k_(?:live|test)_\w{10,}|npm_\w{30,}|AIza[\w-]{30,}|pul-[\da-f]{20,})/g, REDACTED],
  // Pairs of a name and a value, and flags.
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
];

/**
 * Takes what looks like a secret out of a text that somebody else has written, such as a container's log: tokens,
 * passwords in pairs such as `password=...`, credentials in URLs and headers, private keys. It errs on the side of
 * taking too much, and knows no secret that looks like a plain word.
 */
export function redact(text: string): string {
  return RULES.reduce((rest, [secret, replacement]) => rest.replace(secret, replacement), text);
}

function pattern(source: string): RegExp {
  return new RegExp(source, "gi");
}
