import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Finished, runNode } from "../../helpers/run-node";

export const SCRIPT = join(__dirname, "../../../bin/exec-credential.js");
export const TOKEN = "dop_v1_secret-of-the-account";

/** What client-go puts into the plugin's environment. */
export const CLIENT_GO = {
  KUBERNETES_EXEC_INFO: JSON.stringify({
    apiVersion: "client.authentication.k8s.io/v1",
    kind: "ExecCredential",
    spec: { interactive: false },
  }),
};

/** DigitalOcean's answer to the question for a cluster's credential. */
export function credentials(overrides: object = {}): string {
  return JSON.stringify({
    server: "https://cluster.example.com",
    certificate_authority_data: "Q0E=",
    client_certificate_data: null,
    client_key_data: null,
    token: "cluster-token",
    expires_at: inSeconds(3600),
    ...overrides,
  });
}

/** RFC 3339 */
export function inSeconds(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString();
}

/** What client-go is told. */
export function statusIn({ stdout }: Finished): unknown {
  return (JSON.parse(stdout) as { status: unknown }).status;
}

/** A home of its own for every test of a file. */
export class Home {
  public path = "";

  public constructor() {
    beforeEach(() => {
      this.path = mkdtempSync(join(tmpdir(), "exec-credential-"));
    });
    afterEach(() => rmSync(this.path, { recursive: true, force: true }));
  }

  /** Where credentials are kept. */
  public get cache(): string {
    return join(this.path, ".cache/ephemeral-doks/credentials");
  }

  /** Paths of all that is kept. */
  public kept(): string[] {
    return readdirSync(this.cache).map((name) => join(this.cache, name));
  }

  /** The path of the only credential that is kept. */
  public onlyKept(): string {
    const [file, another] = this.kept();
    if (file === undefined || another !== undefined) {
      throw new Error(`not exactly one credential is kept: ${this.kept().join(", ")}`);
    }
    return file;
  }

  /** Everything that is kept, names and contents. */
  public keptText(): string {
    return this.kept()
      .map((file) => `${file}\n${readFileSync(file, "utf8")}`)
      .join("\n");
  }

  /** Runs the plugin in this home. */
  public run(url: string, args = ["c-1"], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
    return runNode([SCRIPT, ...args], {
      HOME: this.path,
      DIGITALOCEAN_API_URL: url,
      DIGITALOCEAN_TOKEN: TOKEN,
      ...env,
    });
  }
}
