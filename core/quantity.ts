const QUANTITY = /^(\d+(?:\.\d+)?)(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$/;
const SUFFIXES: Readonly<Record<string, number>> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

export const QUANTITY_GRAMMAR = "a Kubernetes quantity such as 500m, 2, 512Mi or 16Gi";

/**
 * Parses a Kubernetes quantity in its usual form (no exponents, no sign).
 *
 * @returns the number in base units (cores, bytes), or undefined when the text is not a quantity
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function parseQuantity(text: string): number | undefined {
  const match = QUANTITY.exec(text);
  return match ? Number(match[1]) * (SUFFIXES[match[2] ?? ""] ?? 1) : undefined;
}
