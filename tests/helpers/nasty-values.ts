import fc from "fast-check";

/** Texts that some YAML readers parse as another type, or wrap in the middle. */
export const NASTY_TEXTS = [
  ...["", " ", "~", "null", "Null", "y", "Y", "n", "yes", "no", "on", "off", "True", "FALSE"],
  ...["2026_11_30", "123_1", "0b101", "0o17", "0644", "0x1F", "1_2_3", "12:30:00", "190:20:30.15"],
  ...[".", "e1", "123e4567", "564e4051", "1e3", "1.", ".5", "+12", "-0", ".inf", "-.INF", ".NaN"],
  ...[
    "2026-11-30",
    "2026-11-30T12:30:00Z",
    "=",
    "<<",
    "-",
    "- a",
    "?",
    ": ",
    "a: b",
    "# a",
    "a #b",
  ],
  ...[
    "*a",
    "&a",
    "!a",
    "%a",
    "@a",
    "`a",
    "'",
    '"',
    "\\",
    "[a",
    "{a",
    "|",
    ">",
    "---",
    "...",
    "---\na",
  ],
  ...[
    "a\nb",
    "a\nb\n",
    "a\n\n",
    "\na",
    " a\nb",
    "a\n b",
    "a\n\tb",
    "a \nb ",
    "a\r\nb",
    "a\rb",
    "\ta",
  ],
  ...[
    "a\u0085b",
    "a\u2028b",
    "a\u2029b\nc",
    "a\nb\u2028  c",
    "\ufeffa",
    "a\u00a0b",
    "\u00fc\n\u{1f600}",
  ],
  ...["$(A)", "{{ a }}", "\u{1f600}", "a".repeat(2000)],
] as const;

export const nastyText = fc.oneof(
  fc.constantFrom(...NASTY_TEXTS),
  fc.string({ unit: "grapheme" }),
  fc.array(fc.constantFrom(...NASTY_TEXTS), { maxLength: 4 }).map((parts) => parts.join("\n")),
);

const nastyNumber = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((one) => !Object.is(one, -0)),
  fc.constantFrom(1e21, 1e-7, 1.5e300, 5e-324, 2 ** 53),
);

/** JSON values of such texts. */
export const nastyJson = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    nastyText,
    nastyNumber,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(nastyText, tie("value"), { maxKeys: 4 }),
  ),
})).value;
