import { z } from "zod";

/** A type without `readonly`, at any depth: JSON cannot tell of it. */
type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Plain<T[Key]> }
    : T;

/** Whether two types are the same, and not only assignable to each other: an optional field is not a required one. */
type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** What a schema must be, beside itself, to describe a type; nobody has that when it does not. */
type Describes<Data, Schema extends z.ZodType> =
  Same<Plain<z.output<Schema>>, Plain<Data>> extends true
    ? unknown
    : { readonly "does not describe": Plain<Data>; readonly "but describes": z.output<Schema> };

/**
 * Gives a schema back that describes a type of data: one that does not, or not all of it, does not compile.
 *
 * @example const lock = describing<Lock>()(z.object({ user: z.string(), ... }))
 */
export function describing<Data>() {
  return <Schema extends z.ZodType>(schema: Schema & Describes<Data, Schema>): Schema => schema;
}

/** A point in time. */
export function timestamp(description: string) {
  return z.string().meta({ format: "date-time", description: `${description} RFC 3339.` });
}

/** How many there are of something. */
export function count(description: string) {
  return z.int().min(0).describe(description);
}

/** A list of texts. */
export function texts(description: string) {
  return z.array(z.string()).describe(description);
}
