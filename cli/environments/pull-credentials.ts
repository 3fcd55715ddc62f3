import { PUBLIC_API } from "../../core/account-access";
import { describeError } from "../../core/errors";
import type { Engine } from "../stacks/engine";
import { isObject, parseObject } from "../stacks/json";
import { PULL_CREDENTIALS } from "../stacks/owned-in-state";
import type { ResourceInState } from "../stacks/whole-state";

const TIMEOUT_MS = 10_000;

/**
 * Returns the URL at which DigitalOcean revokes a token. Its API has no route for that, so the URL is known only for the public
 * API, as in doctl and Pulumi's provider.
 *
 * @see https://github.com/digitalocean/terraform-provider-digitalocean/blob/main/digitalocean/registry/resource_container_registry_docker_credentials.go
 */
export function revocationAddress({
  DIGITALOCEAN_API_URL: url,
}: NodeJS.ProcessEnv): string | undefined {
  return (url || PUBLIC_API).replace(/\/+$/, "") === PUBLIC_API
    ? "https://cloud.digitalocean.com/v1/oauth/revoke"
    : undefined;
}

/**
 * Returns the decrypted tokens with which a stack's pods pull images.
 *
 * @throws {EngineError} when pulumi cannot export the stack
 */
export async function pullTokens(engine: Pick<Engine, "output">, stack: string): Promise<string[]> {
  const text = await engine.output("stack", "export", "--show-secrets", "--stack", stack);
  const { deployment } = parseObject(text) as { deployment?: { resources?: ResourceInState[] } };
  return (deployment?.resources ?? [])
    .filter(({ type }) => type === PULL_CREDENTIALS)
    .flatMap(({ outputs }) => tokenIn(outputs?.dockerCredentials) ?? []);
}

/** Returns the part of `auth` after the colon. As a secret, the file's content is JSON within JSON. */
function tokenIn(value: unknown): string | undefined {
  const plain = isObject(value) ? value.plaintext : undefined;
  if (typeof plain !== "string") {
    return undefined;
  }
  const { auths } = parseObject(JSON.parse(plain) as string) as {
    auths?: Readonly<Record<string, { readonly auth?: string }>>;
  };
  const [{ auth = "" } = {}] = Object.values(auths ?? {});
  return Buffer.from(auth, "base64").toString().split(":")[1];
}

/** Revokes tokens. A failure is not an error, because a token expires by itself. */
export async function revoke(
  tokens: readonly string[],
  address: string,
  say: (line: string) => void,
): Promise<void> {
  for (const token of tokens) {
    try {
      const response = await fetch(address, {
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
        body: new URLSearchParams({ token }),
        redirect: "error",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!response.ok) {
        throw new Error(`it answers with status ${response.status}`);
      }
    } catch (error) {
      say(
        `! the registry credential could not be revoked; it expires by itself: ${new URL(address).host}: ${describeError(error)}`,
      );
    }
  }
}
