import type { AccountIdentity } from "../account-identity";
import { UserError } from "../errors";

export interface AccountFacts {
  readonly stack: string;
  /** Uuid of the account that the environment was made in. @default - it was made before this was recorded */
  readonly recorded?: string;
  readonly current: AccountIdentity;
  /** Clusters in the stack's state that the token's account does not have. */
  readonly missing: readonly string[];
}

/** Finds what forbids to conclude anything from what the token's account does not have. */
export function accountErrors({ stack, recorded, current, missing }: AccountFacts): UserError[] {
  if (recorded !== undefined && recorded !== current.uuid) {
    return [
      new UserError(
        `"${stack}" is in account ${recorded}, and the token is for account ${current.uuid} (${current.name})`,
        `set DIGITALOCEAN_TOKEN to a token for account ${recorded}`,
      ),
    ];
  }
  if (recorded === undefined && missing.length > 0) {
    return [
      new UserError(
        `account ${current.uuid} (${current.name}) does not have cluster ${missing.join(", ")} of "${stack}", and the stack does not record which account it is in`,
        `set DIGITALOCEAN_TOKEN to a token for the right account. If it is this one and the cluster is gone: pulumi stack tag set account ${current.uuid} --stack ${stack}`,
      ),
    ];
  }
  return [];
}
