import { z } from "zod";

/** The type of the data that a schema describes, read-only at any depth. */
export type DataOf<Schema extends z.ZodType> = ReadOnly<z.output<Schema>>;

type ReadOnly<T> = T extends readonly (infer Item)[]
  ? readonly ReadOnly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: ReadOnly<T[Key]> }
    : T;

export function timestamp(description: string) {
  return z.string().meta({ format: "date-time", description: `${description} RFC 3339.` });
}

export function count(description: string) {
  return z.int().min(0).describe(description);
}

export function texts(description: string) {
  return z.array(z.string()).describe(description);
}
