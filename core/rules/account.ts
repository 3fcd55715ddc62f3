import type { AccountIdentity } from "../account-identity";
import { UserError } from "../errors";

export interface AccountFacts {
  readonly stack: string;
  /** Uuid of the account in which the environment was created. @default - it is older than this record */
  readonly recorded?: string;
  readonly current: AccountIdentity;
  /** Clusters in the stack's state that the token's account does not have. */
  readonly missing: readonly string[];
}

/** Finds why the absence of resources in the token's account proves nothing. */
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
        `set DIGITALOCEAN_TOKEN to a token for the right account. If the token's account is right and the cluster is gone: pulumi stack tag set account ${current.uuid} --stack ${stack}`,
      ),
    ];
  }
  return [];
}
