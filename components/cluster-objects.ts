import type { AccountAccess } from "../core/account-access";
import { askDigitalOcean } from "./digitalocean-request";
import { fault } from "./fault";
import { httpGet } from "./http-get";

/** Lifetime of the credential for one run of the program, in seconds. */
const CREDENTIAL_SECONDS = 600;
/** Timeout for the API server, in milliseconds. */
const TIMEOUT_MS = 20_000;

/** The fields of a Kubernetes object that are used here. */
export interface ClusterObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
}

interface Credentials {
  readonly server: string;
  readonly certificate_authority_data: string;
  readonly token: string;
}

/** Reads a cluster's objects before anything is declared. Never writes. */
export class ClusterObjects {
  private constructor(private readonly credentials: Credentials) {}

  /** @throws pulumi.RunError when DigitalOcean gives no credential for the cluster */
  public static async open(access: AccountAccess, clusterId: string): Promise<ClusterObjects> {
    return new ClusterObjects(
      await askDigitalOcean<Credentials>(
        access,
        `/v2/kubernetes/clusters/${clusterId}/credentials?expiry_seconds=${CREDENTIAL_SECONDS}`,
        { what: `a credential for cluster ${clusterId}`, scope: "kubernetes:access_cluster" },
      ),
    );
  }

  public get server(): string {
    return this.credentials.server;
  }

  /** PEM, in base64. */
  public get certificateAuthorityData(): string {
    return this.credentials.certificate_authority_data;
  }

  /**
   * @param path - of one object, e.g. `/api/v1/namespaces/alice-dev`
   * @returns undefined when the object does not exist, or the cluster does not know its kind
   */
  public find<T extends object = ClusterObject>(path: string): Promise<T | undefined> {
    return this.get<T>(path);
  }

  /**
   * @param path - of a collection
   * @returns an empty list when the cluster does not know the kind
   */
  public async list<T extends ClusterObject>(path: string): Promise<readonly T[]> {
    return (await this.get<{ items: readonly T[] }>(path))?.items ?? [];
  }

  private async get<T>(path: string): Promise<T | undefined> {
    const { status, text } = await this.send(path);
    if (status === 404) {
      return undefined;
    }
    if (status !== 200) {
      throw fault(
        `the shared cluster at ${this.server} refused GET ${path}: ${status} ${text}`,
        "check that `doctl kubernetes cluster list` shows it running, and try again",
      );
    }
    return JSON.parse(text) as T;
  }

  private async send(path: string): Promise<{ status: number; text: string }> {
    const { server, token } = this.credentials;
    try {
      return await httpGet(`${server}${path}`, {
        ca: Buffer.from(this.certificateAuthorityData, "base64"),
        headers: { authorization: `Bearer ${token}` },
        timeoutMs: TIMEOUT_MS,
      });
    } catch (error) {
      throw fault(
        `the API server of the shared cluster at ${server} cannot be reached: ${(error as Error).message}`,
        "try again; `doctl kubernetes cluster list` shows whether the cluster is running",
      );
    }
  }
}
