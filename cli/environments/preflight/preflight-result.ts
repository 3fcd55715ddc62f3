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
  | "price";

/** What one check has found. After a fault nothing should be created; a warning is for the person to weigh. */
export interface PreflightResult {
  readonly check: Check;
  readonly state: "ok" | "warning" | "fault";
  readonly message: string;
  /** How to mend it: a sentence, a command or an option of `up`. */
  readonly fix?: string;
  /** Of the check of the price. */
  readonly pricePerHourUsd?: number;
}
