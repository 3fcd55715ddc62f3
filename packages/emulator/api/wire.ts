/**
 * The one place where names change: inside they are in camelCase, on the wire in snake_case.
 */

/** Objects whose keys are not DigitalOcean's: the labels are the user's, the data of metrics are Prometheus'. */
const verbatim = new Set(["labels", "data"]);

/** Converts a value for sending. */
export function toWire(value: unknown): unknown {
  return renamed(value, (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}

/** Converts a received value. Like DigitalOcean, accepts capital first letters: godo sends a taint's `Key`. */
export function fromWire(value: unknown): unknown {
  return renamed(value, camelCase);
}

/** The name of a field in a message to the client. */
export function wireName(name: string): string {
  return Object.keys(toWire({ [name]: null }) as object)[0] ?? name;
}

function camelCase(name: string): string {
  return name
    .replace(/^[A-Z]/, (letter) => letter.toLowerCase())
    .replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => renamed(item, rename));
  }
  if (value === null || typeof value !== "object") {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      rename(name),
      verbatim.has(name) ? field : renamed(field, rename),
    ]),
  );
}
