/** A shorter value is a word that may stand anywhere, such as the emulator's passphrase. */
const SHORTEST_SECRET = 12;

/** Variables that hold a secret, by their names: of whatever tool, not only of those that this program uses. */
const NAME =
  /(?:^|_)(?:PASS(?:WORD|WD|PHRASE|CODE)?|PWD|SECRETS?|TOKEN|CREDENTIALS?|DSN|WEBHOOK_URL|(?:API|ACCESS|ACCOUNT|PRIVATE|SECRET|SIGNING|ENCRYPTION|DEPLOY|SSH)_?KEY)(?:_|$)/i;
/** Those that only say where one is, or whose. */
const ABOUT = /(?:^|OLD)PWD$|_(?:ID|FILE|PATH|DIR|SOCK|TYPE|NAME)$/i;

/** The secrets in a process's environment: values of variables that are named like one, and passwords of URLs in any. */
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
    return [password]; // It holds a percent sign that encodes nothing.
  }
}

/** Takes secrets that are known out of texts, however they are spelled: see {@link spellingsOf}. */
export function hiding(secrets: readonly string[], mark: string): (text: string) => string {
  // One may be the beginning of another.
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
 * A secret as texts have it: as it is, in JSON, in a URL, in base64 of both alphabets. In base64 of something longer, such
 * as `user:password`, it begins at one of three places of a group, and shares its first and last characters.
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
    ...[inUrl, inUrl.replaceAll(/%[\dA-F]{2}/g, (code) => code.toLowerCase())],
    ...[inUrl.replaceAll("%20", "+"), new URLSearchParams({ a: secret }).toString().slice(2)],
    ...inBase64.flatMap((text) => [text, text.replaceAll("+", "-").replaceAll("/", "_")]),
  ];
}
