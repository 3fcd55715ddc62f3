import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";

const FOLDER = join(__dirname, "../../../docs/schemas");

/**
 * Expects what a command has printed with `--json` to be as docs/schemas say: nothing is missing or of another type,
 * and, stricter than for others, nothing is there that they do not say.
 *
 * @param name - name and version of the schema, e.g. `list/v1`
 * @param json - parsed
 */
export function expectSchema(name: string, json: unknown): void {
  const ajv = new Ajv2020({ allErrors: true });
  addFormats(ajv);
  const file = join(FOLDER, `${name.replace("/", ".")}.json`);
  const validate = ajv.compile(closed(JSON.parse(readFileSync(file, "utf8"))) as object);
  validate(json);
  expect(validate.errors ?? []).toEqual([]);
}

/** Objects with named fields must not have others. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) {
    return schema.map(closed);
  }
  if (typeof schema !== "object" || schema === null) {
    return schema;
  }
  const inner = Object.entries(schema).map(([key, value]) => [key, closed(value)]);
  const isOpen = "properties" in schema && !("additionalProperties" in schema);
  return { ...Object.fromEntries(inner), ...(isOpen ? { additionalProperties: false } : {}) };
}
