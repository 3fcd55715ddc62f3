/**
 * Credentials from a kubeconfig's exec plugin: a program that prints a fresh one.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";
import type { ClusterEntry, ExecEntry } from "./kubeconfig";

/** The credentials of a request to the API server. */
export interface Credential {
  /** Value of the `Authorization` header. */
  readonly authorization?: string;
  /** PEM. */
  readonly certificate?: string;
  /** PEM. */
  readonly key?: string;
}

interface HeldCredential {
  readonly credential: Credential;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

const VERSIONS = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

const answer = z.object({
  status: z.object({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
    expirationTimestamp: z.iso.datetime({ offset: true }).optional(),
  }),
});

const run = promisify(execFile);

/** The credential of an exec plugin, kept until it expires or is refused. */
export class ExecCredential {
  private held: Promise<HeldCredential> | undefined;

  /** The plugin runs in this process's working directory. */
  public constructor(
    private readonly plugin: ExecEntry,
    private readonly cluster: ClusterEntry,
  ) {}

  /** @throws {Error} when the program cannot be run, fails, or prints no credential. */
  public async current(): Promise<Credential> {
    const { held } = this;
    if (held !== undefined && (await isUsable(held))) {
      return (await held).credential;
    }
    // The first request without a usable credential fetches one; the others wait for it.
    if (this.held === held || this.held === undefined) {
      this.held = this.fetch();
    }
    return (await this.held).credential;
  }

  /** Reports that the API server refused the credential: the next request gets a new one from the plugin. */
  public renew(): void {
    this.held = undefined;
  }

  private async fetch(): Promise<HeldCredential> {
    const { apiVersion, command, args, env, installHint } = this.plugin;
    if (!VERSIONS.includes(apiVersion)) {
      throw new Error(
        `the exec plugin ${command} speaks ${apiVersion}; this provider speaks ${VERSIONS.join(" and ")}`,
      );
    }
    let output: string;
    try {
      ({ stdout: output } = await run(command, args ?? [], {
        env: {
          ...process.env,
          ...Object.fromEntries((env ?? []).map(({ name, value }) => [name, value])),
          KUBERNETES_EXEC_INFO: this.execInfo(),
        },
      }));
    } catch (error) {
      const { code, stderr } = error as { code?: number | string; stderr?: string };
      const hint = code === "ENOENT" && installHint ? `\n${installHint}` : "";
      // Not the error itself: its message repeats the whole command line.
      throw new Error(
        `getting credentials: exec: executable ${command} failed (${code ?? "killed"}): ${stderr?.trim() ?? ""}${hint}`,
      );
    }
    return readAnswer(output, command);
  }

  private execInfo(): string {
    const { apiVersion, provideClusterInfo } = this.plugin;
    const cluster = provideClusterInfo
      ? {
          server: this.cluster.server,
          "certificate-authority-data": this.cluster["certificate-authority-data"],
          "insecure-skip-tls-verify": this.cluster["insecure-skip-tls-verify"],
          "tls-server-name": this.cluster["tls-server-name"],
        }
      : undefined;
    return JSON.stringify({
      apiVersion,
      kind: "ExecCredential",
      spec: { interactive: false, cluster },
    });
  }
}

async function isUsable(held: Promise<HeldCredential>): Promise<boolean> {
  try {
    return (await held).expires > Date.now();
  } catch {
    return false;
  }
}

function readAnswer(output: string, command: string): HeldCredential {
  const parsed = answer.safeParse(parseJson(output));
  if (!parsed.success) {
    // Its output may hold a token, so the error does not repeat it.
    throw new Error(`the exec plugin ${command} printed no ExecCredential with a status`);
  }
  const { status } = parsed.data;
  if (!status.token && !(status.clientCertificateData && status.clientKeyData)) {
    throw new Error(`the exec plugin ${command} gave neither a token nor a client certificate`);
  }
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } = status;
  return {
    credential: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(clientCertificateData && { certificate: clientCertificateData }),
      ...(clientKeyData && { key: clientKeyData }),
    },
    expires: expirationTimestamp === undefined ? Infinity : Date.parse(expirationTimestamp),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
