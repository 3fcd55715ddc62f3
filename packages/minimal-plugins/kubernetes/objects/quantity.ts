/**
 * Quantities as the API server writes them, so that `1000m` and `1` are not a difference.
 *
 * @see https://github.com/kubernetes/apimachinery/blob/v0.35.4/pkg/api/resource/quantity.go
 */

const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const EXPONENTS = ["e-9", "e-6", "e-3", "", "e3", "e6", "e9", "e12", "e15", "e18"];
const DECIMAL = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
/** Index of a number without suffix in {@link DECIMAL}. */
const ONE = 3;
const GRAMMAR =
  /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE][+-]?\d+)|(Ki|Mi|Gi|Ti|Pi|Ei)|(n|u|m|k|M|G|T|P|E))?$/;

/** Returns the canonical form of a quantity; any other value unchanged. */
export function canonicalQuantity(value: string | number): string {
  const text = String(value);
  const match = GRAMMAR.exec(text);
  const [, sign = "", whole = "", fraction = "", exponent, binary, decimal = ""] = match ?? [];
  if (match === null || whole + fraction === "") {
    return text;
  }
  const digits = BigInt(whole + fraction);
  if (digits === 0n) {
    return "0";
  }
  const minus = sign === "-" ? "-" : "";
  if (exponent !== undefined) {
    return minus + canonicalExponent(digits, Number(exponent.slice(1)) - fraction.length);
  }
  return (
    minus +
    (binary === undefined
      ? canonicalDecimal(digits, DECIMAL.indexOf(decimal), fraction.length)
      : canonicalBinary(digits, BINARY.indexOf(binary), fraction.length))
  );
}

/** `digits × 10^-scale × 1000^(suffix - ONE)`, by the largest suffix that leaves a whole number. */
function canonicalDecimal(digits: bigint, suffix: number, scale: number): string {
  // As a number of nanos, the smallest unit; what is smaller is rounded up.
  const nanos = ceilDivide(digits * 1000n ** BigInt(suffix), 10n ** BigInt(scale));
  return largestUnit(nanos, DECIMAL, 1000n);
}

/** `digits × 10^power`, with an exponent that is a multiple of three. */
function canonicalExponent(digits: bigint, power: number): string {
  const ofNanos = BigInt(power + 9);
  const nanos = ofNanos < 0n ? ceilDivide(digits, 10n ** -ofNanos) : digits * 10n ** ofNanos;
  return largestUnit(nanos, EXPONENTS, 1000n);
}

function canonicalBinary(digits: bigint, suffix: number, scale: number): string {
  const numerator = digits * 1024n ** BigInt(suffix);
  const denominator = 10n ** BigInt(scale);
  // No binary unit is smaller than one byte.
  return numerator % denominator === 0n
    ? largestUnit(numerator / denominator, BINARY, 1024n)
    : canonicalDecimal(numerator, ONE, scale);
}

function largestUnit(amount: bigint, units: readonly string[], step: bigint): string {
  let [value, unit] = [amount, 0];
  while (value % step === 0n && unit < units.length - 1) {
    value /= step;
    unit += 1;
  }
  return `${value}${units[unit] ?? ""}`;
}

function ceilDivide(numerator: bigint, denominator: bigint): bigint {
  return (numerator + denominator - 1n) / denominator;
}
