import { type AccountAccess, accessFrom } from "../core/account-access";
import { fault } from "./fault";

/**
 * Reads the access to the account from the program's environment.
 *
 * A token in the stack's config would suffice for DigitalOcean's provider, but not for the script that gets the
 * cluster's credentials: Kubernetes' client starts that with the environment only.
 *
 * @throws pulumi.RunError without a token
 */
export function accountAccess(env: NodeJS.ProcessEnv = process.env): AccountAccess {
  const access = accessFrom(env);
  if (access === undefined) {
    throw fault(
      "DIGITALOCEAN_TOKEN is not set: it is needed to request the cluster's credentials",
      "export DIGITALOCEAN_TOKEN=<token>   # kubectl cannot use a token in the stack's config",
    );
  }
  return access;
}
