import { Resolver } from "node:dns/promises";
import { readFileSync } from "node:fs";
import { get as getPlain } from "node:http";
import { get } from "node:https";
import { join } from "node:path";
import type { World } from "./world";

/** Source address of this machine's requests by default. */
export const OURS = "127.0.0.1";

/** Asks the emulator's own resolver. */
export function resolverOf({ env }: Pick<World, "env">): Resolver {
  const resolver = new Resolver({ timeout: 2_000 });
  resolver.setServers([env.DOKS_ENV_DNS_SERVERS ?? ""]);
  return resolver;
}

/** Requests a name as a client that trusts the account's authority. @returns the status and the certificate's fingerprint */
export async function answerByName(
  world: Pick<World, "env" | "folder">,
  name: string,
  localAddress: string = OURS,
): Promise<{ status: number | undefined; fingerprint: string }> {
  const [address = ""] = await resolverOf(world).resolve4(name);
  const ca = readFileSync(join(world.folder, "emulator/authority.pem"), "utf8");
  const headers = { host: name };
  const options = { host: address, servername: name, headers, ca, agent: false, localAddress };
  return new Promise((resolve, reject) => {
    get(options, (response) => {
      response.resume();
      const { socket } = response as unknown as {
        socket: { getPeerCertificate(): { fingerprint: string } };
      };
      resolve({
        status: response.statusCode,
        fingerprint: socket.getPeerCertificate().fingerprint,
      });
    }).on("error", reject);
  });
}

/** Requests a name without TLS, and returns the status and the target of a redirect. */
export async function plainAnswerByName(
  world: Pick<World, "env">,
  name: string,
  path: string,
): Promise<{ status: number | undefined; location: string | undefined }> {
  const [address = ""] = await resolverOf(world).resolve4(name);
  return new Promise((resolve, reject) => {
    getPlain({ host: address, path, headers: { host: name }, agent: false }, (response) => {
      response.resume();
      resolve({ status: response.statusCode, location: response.headers.location });
    }).on("error", reject);
  });
}
