import * as pulumi from "@pulumi/pulumi";
import { RandomUuid } from "@pulumi/random/randomUuid";
import type { AccountAccess } from "../core/account-access";
import { accountIdentity, type DescribedAccount } from "../core/account-identity";
import { clusterNameOf } from "../core/names";
import { accountErrors } from "../core/rules/account";
import { askDigitalOcean } from "./digitalocean-request";
import { requireNone } from "./fault";

/** An environment's identity, independent of its name. */
export interface EnvironmentId {
  /** A random uuid. Every resource that carries it enters the state after it. */
  readonly id: pulumi.Output<string>;
  readonly account: pulumi.Output<string>;
  readonly clusterName: pulumi.Output<string>;
}

/**
 * Declares the environment's id, which enters the state before anything in the account is created, together with the
 * account and region of its first update.
 *
 * @throws pulumi.RunError when the account cannot be read. When it is not the recorded one, the outputs fail, and
 *   with them
 *   all resources that depend on them.
 */
export async function declareId(
  stack: string,
  region: string,
  access: AccountAccess,
): Promise<EnvironmentId> {
  const { account } = await askDigitalOcean<{ account: DescribedAccount }>(access, "/v2/account", {
    what: "the account",
    scope: "account:read",
  });
  const current = accountIdentity(account);
  const uuid = new RandomUuid(
    "id",
    { keepers: { account: current.uuid, region } },
    // They record the environment's origin, and must never cause a new id.
    { ignoreChanges: ["keepers"] },
  );
  const first = uuid.keepers.apply((keepers = {}) => {
    requireNone(accountErrors({ stack, recorded: keepers.account, current, missing: [] }));
    return { account: keepers.account ?? current.uuid, region: keepers.region ?? region };
  });
  return {
    id: pulumi.all([uuid.result, first]).apply(([id]) => id),
    account: first.account,
    clusterName: first.apply((begun) => clusterNameOf(stack, region, begun.region)),
  };
}
