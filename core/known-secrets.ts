/** A shorter value may be an ordinary word, such as the emulator's passphrase. */
const SHORTEST_SECRET = 12;

/** The names of variables with secrets, of any tool, not only those that this program uses. */
const NAME =
  /(?:^|_)(?:PASS(?:WORD|WD|PHRASE|CODE)?|PWD|SECRETS?|TOKEN|CREDENTIALS?|DSN|WEBHOOK_URL|(?:API|ACCESS|ACCOUNT|PRIVATE|SECRET|SIGNING|ENCRYPTION|DEPLOY|SSH)_?KEY)(?:_|$)/i;
/** The names of variables that only locate or identify a secret. */
const ABOUT = /(?:^|OLD)PWD$|_(?:ID|FILE|PATH|DIR|SOCK|TYPE|NAME)$/i;

/** The secrets in a process's environment: values of variables with such names, and passwords in URLs. */
export function secretsIn(env: NodeJS.ProcessEnv): string[] {
  const found = Object.entries(env).flatMap(([name, value = ""]) => [
    ...(NAME.test(name) && !ABOUT.test(name) ? [value.trim()] : []),
    ...passwordsOf(value),
  ]);
  return [...new Set(found)].filter((secret) => secret.length >= SHORTEST_SECRET);
}

function passwordsOf(value: string): string[] {
  if (!value.includes("://") || !URL.canParse(value)) {
    return [];
  }
  const { password } = new URL(value);
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password]; // A percent sign in it is not an encoding.
  }
}

/** Returns a function that removes known secrets from a text, in all spellings of {@link spellingsOf}. */
export function hiding(secrets: readonly string[], mark: string): (text: string) => string {
  // Longest first, because one may be the start of another.
  const spellings = [...new Set(secrets.filter(Boolean).flatMap(spellingsOf))].sort(
    (a, b) => b.length - a.length,
  );
  if (spellings.length === 0) {
    return (text) => text;
  }
  const any = spellings.map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")).join("|");
  const pattern = new RegExp(any, "g");
  return (text) => text.replace(pattern, mark);
}

/**
 * The spellings of a secret in texts: plain, in JSON, in a URL, in base64 of both alphabets. In the base64 of a
 * longer text, such as `user:password`, it starts at one of three positions in a group and shares its first and last
 * characters.
 */
function spellingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const inBase64 = [0, 1, 2].map((offset) => {
    const all = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    return all.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
  });
  const inUrl = encodeURIComponent(secret);
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    inUrl,
    inUrl.replaceAll(/%[\dA-F]{2}/g, (code) => code.toLowerCase()),
    inUrl.replaceAll("%20", "+"),
    new URLSearchParams({ a: secret }).toString().slice(2),
    ...inBase64.flatMap((text) => [text, text.replaceAll("+", "-").replaceAll("/", "_")]),
  ];
}
