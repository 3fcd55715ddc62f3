/** Authenticates a kubeconfig's user to the API server. */
import { readFileSync } from "node:fs";
import { type Credential, ExecCredential } from "./exec-credential";
import type { Connection, UserEntry } from "./kubeconfig";

export interface CredentialSource {
  current(): Promise<Credential>;
  /** Reports that the last credential was refused. */
  renew(): void;
}

/** @throws {Error} when a file that the user entry names cannot be read. */
export function credentialsOf({ user, cluster }: Connection): CredentialSource {
  if (user.exec) {
    return new ExecCredential(user.exec, cluster);
  }
  const pair = {
    certificate: pem(user["client-certificate-data"], user["client-certificate"]),
    key: pem(user["client-key-data"], user["client-key"]),
  };
  return {
    // Read again each time, because the writer of a token file also renews it.
    current: async () => ({ ...pair, authorization: authorizationOf(user) }),
    renew: () => undefined,
  };
}

/** A PEM given in base64, or the path of its file. */
export function pem(data: string | undefined, path: string | undefined): string | undefined {
  if (data) {
    return Buffer.from(data, "base64").toString("utf8");
  }
  return path ? readFileSync(path, "utf8") : undefined;
}

function authorizationOf({ token, tokenFile, username, password }: UserEntry): string | undefined {
  const bearer = tokenFile ? readFileSync(tokenFile, "utf8").trim() : token;
  if (bearer) {
    return `Bearer ${bearer}`;
  }
  return username
    ? `Basic ${Buffer.from(`${username}:${password ?? ""}`).toString("base64")}`
    : undefined;
}
