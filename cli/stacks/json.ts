/**
 * Parses JSON.
 *
 * @throws {Error} without a quote from the text, which may contain secrets
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Error("it is not valid JSON");
  }
}

/** Parses a JSON object. @throws {Error} for any other JSON value */
export function parseObject(text: string): Record<string, unknown> {
  const value = parseJson(text);
  if (!isObject(value)) {
    throw new Error("it is not a JSON object");
  }
  return value;
}

/** Whether a value is an object, not an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isTextRecord(value: unknown): value is Record<string, string> {
  return isObject(value) && Object.values(value).every((text) => typeof text === "string");
}
