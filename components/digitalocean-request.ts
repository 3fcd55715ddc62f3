import type { AccountAccess } from "../core/account-access";
import { fault } from "./fault";

/**
 * Asks DigitalOcean's API itself, for what its provider's functions cannot tell.
 *
 * @param what - is asked for, for the error: "the account's container registries"
 * @param scope - of a token that may ask for it
 * @throws pulumi.RunError unless the answer is a success
 */
export async function askDigitalOcean<T>(
  { origin, token }: AccountAccess,
  path: string,
  { what, scope }: { readonly what: string; readonly scope: string },
): Promise<T> {
  const response = await fetch(`${origin}${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!response.ok) {
    throw fault(
      `${what} cannot be read: ${response.status} ${await response.text()}`,
      `give DIGITALOCEAN_TOKEN the scope ${scope}, or try again`,
    );
  }
  return (await response.json()) as T;
}
