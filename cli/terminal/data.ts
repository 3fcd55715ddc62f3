import { z } from "zod";

/** The type of the data that a schema describes, read-only at any depth. */
export type DataOf<Schema extends z.ZodType> = ReadOnly<z.output<Schema>>;

type ReadOnly<T> = T extends readonly (infer Item)[]
  ? readonly ReadOnly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: ReadOnly<T[Key]> }
    : T;

export const text = (description: string) => z.string().describe(description);

export const flag = (description: string) => z.boolean().describe(description);

export const number = (description: string) => z.number().describe(description);

export const count = (description: string) => z.int().min(0).describe(description);

export const timestamp = (description: string) =>
  z.string().meta({ format: "date-time", description: `${description} RFC 3339.` });

export const listOf = <Item extends z.ZodType>(item: Item, description: string) =>
  z.array(item).describe(description);

export const texts = (description: string) => listOf(z.string(), description);
