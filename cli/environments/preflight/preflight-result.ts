import type { UserError } from "../../../core/errors";

export type Check =
  | "token"
  | "account"
  | "scopes"
  | "limit"
  | "region"
  | "size"
  | "version"
  | "registry"
  | "images"
  | "tree"
  | "host"
  | "namespace"
  | "baseline"
  | "capacity"
  | "domain"
  | "price";

/** The result of one check. A fault prevents creation, a warning does not. */
export interface PreflightResult {
  readonly check: Check;
  readonly state: "ok" | "warning" | "fault";
  readonly message: string;
  /** How to fix it: a sentence, a command or an option of `up`. */
  readonly fix?: string;
  readonly pricePerHourUsd?: number;
  /** Maximum nodes of a shared cluster, on which its price depends. */
  readonly nodes?: number;
}

export function ok(check: Check, message: string): PreflightResult {
  return { check, state: "ok", message };
}

export function warning(check: Check, message: string, fix?: string): PreflightResult {
  return { check, state: "warning", message, fix };
}

export function fault(
  check: Check,
  { message, fix }: Pick<PreflightResult, "message" | "fix">,
): PreflightResult {
  return { check, state: "fault", message, fix };
}

/** Returns the first error, or else a passed check. */
export function verdict(
  check: Check,
  [error]: readonly UserError[],
  fine: string,
): PreflightResult {
  return error === undefined ? ok(check, fine) : fault(check, error);
}
