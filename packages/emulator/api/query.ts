import { badRequest } from "../account/errors";
import type { ApiRequest } from "./router";

/** A required query parameter. @throws ApiError 400 */
export function required(request: ApiRequest, name: string): string {
  const value = request.query.get(name);
  if (!value) {
    throw badRequest(`${name} is required`);
  }
  return value;
}

/** A required query parameter with a fixed set of values. @throws ApiError 400 */
export function oneOf<T extends string>(
  request: ApiRequest,
  name: string,
  allowed: readonly T[],
): T {
  const value = required(request, name);
  const found = allowed.find((word) => word === value);
  if (found === undefined) {
    throw badRequest(`${name} must be ${allowed.join(" or ")}, got "${value}"`);
  }
  return found;
}

/** A query parameter that is a whole number, 0 or more. @throws ApiError 400 */
export function wholeNumber(request: ApiRequest, name: string, fallback?: number): number {
  const value = request.query.get(name) || fallback?.toString() || required(request, name);
  if (!/^\d+$/.test(value)) {
    throw badRequest(`${name} must be a whole number, got "${value}"`);
  }
  return Number(value);
}

/** A boolean query parameter: `1` or `true` is true. */
export function flag(request: ApiRequest, name: string): boolean {
  return ["1", "true"].includes(request.query.get(name) ?? "");
}
