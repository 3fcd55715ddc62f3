import { countOf, type Holdings, KINDS } from "../services/receipt";

/** The teardown receipt: what the account holds of an environment that was taken down. */
export function receiptText(stack: string, found: Holdings): string {
  const rows = KINDS.map((kind) => {
    const names = found[kind];
    return `  ${kind.padEnd(16)}  ${names.length}${names.length === 0 ? "" : `  ${names.join(", ")}`}\n`;
  });
  const title =
    countOf(found) === 0
      ? `${stack} is gone; DigitalOcean holds of it`
      : `${stack}: DigitalOcean still holds`;
  return `\n${title}\n\n${rows.join("")}`;
}
