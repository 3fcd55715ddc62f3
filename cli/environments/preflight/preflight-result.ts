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

/** The result of one check. A fault prevents creation; a person weighs a warning. */
export interface PreflightResult {
  readonly check: Check;
  readonly state: "ok" | "warning" | "fault";
  readonly message: string;
  /** How to fix it: a sentence, a command or an option of `up`. */
  readonly fix?: string;
  /** Of the check of the price. */
  readonly pricePerHourUsd?: number;
  /** Of a shared cluster at its largest, which its price depends on. */
  readonly nodes?: number;
}
