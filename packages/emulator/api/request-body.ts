import type { z } from "zod";
import { badRequest, invalid } from "../account/errors";
import { fromWire, wireName } from "./wire";

/** The content of a body, and its ignored fields. */
export interface ParsedBody<T> {
  readonly value: T;
  /** Paths such as `node_pools.0.gpu_partition_mode`, which DigitalOcean ignores. */
  readonly unknownFields: readonly string[];
}

/** Reads a JSON body. @throws ApiError 400 if it is not JSON, 422 if it does not fit the schema */
export function parseBody<T>(schema: z.ZodType<T>, text: string): ParsedBody<T> {
  const received = fromWire(parseJson(text));
  const result = schema.safeParse(received);
  if (!result.success) {
    throw invalid(describe(result.error));
  }
  return { value: result.data, unknownFields: missingFrom(received, result.data) };
}

function parseJson(text: string): unknown {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    throw badRequest("the request body is not valid JSON");
  }
}

function describe(error: z.ZodError): string {
  const [issue] = error.issues;
  const path = issue?.path.map((part) => wireName(String(part))).join(".") || "body";
  const isMissing = issue?.code === "invalid_type" && issue.message.endsWith("received undefined");
  return isMissing ? `${path} is required` : `${path}: ${issue?.message ?? "is invalid"}`;
}

/** Returns the paths of received fields that the parsed body does not contain. */
function missingFrom(received: unknown, taken: unknown): string[] {
  if (received === null || typeof received !== "object") {
    return [];
  }
  const fields = (taken ?? {}) as Readonly<Record<string, unknown>>;
  return Object.entries(received).flatMap(([name, value]) =>
    name in fields
      ? missingFrom(value, fields[name]).map((path) => `${wireName(name)}.${path}`)
      : [wireName(name)],
  );
}
