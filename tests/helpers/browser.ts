import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runNode } from "./run-node";

/** Unpacks the Chromium of an npm package, for Linux on x64, and prints its path. */
const UNPACK = `require("@sparticuz/chromium").executablePath().then(console.log)`;
const TRUST = join(__dirname, "trust_authority.py");

/** Variables with which a script finds its browser. */
export interface Browser {
  /** @default - an installed Chrome */
  readonly CHROME_PATH?: string;
}

/** Returns the browser in CHROME_PATH, or unpacks one into a folder if the system supports it. */
export async function findBrowser(folder: string): Promise<Browser> {
  const { CHROME_PATH } = process.env;
  if (CHROME_PATH !== undefined) {
    return { CHROME_PATH };
  }
  if (process.platform !== "linux" || process.arch !== "x64") {
    return {};
  }
  const { exitCode, stdout, stderr } = await runNode(["-e", UNPACK], { TMPDIR: folder });
  if (exitCode !== 0 || stderr !== "") {
    throw new Error(`Chromium cannot be unpacked:\n${stderr}`);
  }
  return { CHROME_PATH: stdout.trim() };
}

/** A browser whose user trusts only the browser's built-in authorities. */
export interface UsersBrowser {
  readonly CHROME_PATH: string;
  /** Home directory of the browser's user. */
  readonly HOME: string;
}

/**
 * Starts a browser that resolves a name to an address. All of its security checks stay on.
 *
 * @param folder - a new one
 * @param authority - file with a certificate in PEM that the user trusts. @default - the user trusts none
 */
export function browserOf(
  folder: string,
  { CHROME_PATH = "google-chrome" }: Browser,
  hosts: Readonly<Record<string, string>>,
  authority?: string,
): UsersBrowser {
  mkdirSync(folder);
  if (authority !== undefined) {
    const database = join(folder, ".pki/nssdb");
    execFileSync("python3", [TRUST, database, authority]);
  }
  const rules = Object.entries(hosts).map(([host, address]) => `MAP ${host} ${address}`);
  const script = join(folder, "browser");
  writeFileSync(
    script,
    `#!/bin/sh\nexec "${CHROME_PATH}" --host-resolver-rules="${rules.join(", ")}" "$@"\n`,
  );
  chmodSync(script, 0o755);
  return { CHROME_PATH: script, HOME: folder };
}
