import { type AccountAccess, accessFrom } from "../core/account-access";
import { fault } from "./fault";

/**
 * How the program reaches the account, from its environment.
 *
 * A token in the stack's config would do for DigitalOcean's provider, but not for the script that gets the cluster's
 * credentials: it is started by Kubernetes' client, which hands on the environment and nothing else.
 *
 * @throws pulumi.RunError without a token
 */
export function accountAccess(env: NodeJS.ProcessEnv = process.env): AccountAccess {
  const access = accessFrom(env);
  if (access === undefined) {
    throw fault(
      "DIGITALOCEAN_TOKEN is not set: the cluster's credentials are asked for with it",
      "export DIGITALOCEAN_TOKEN=<token>   # a token in the stack's config is not seen by kubectl",
    );
  }
  return access;
}
