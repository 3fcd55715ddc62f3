import { Agent } from "node:https";
import axios, { type AxiosInstance } from "axios";
import { UserError } from "../../core/errors";
import type { DigitalOcean } from "../account/digitalocean";
import { isLoopback } from "../account/loopback";

const TIMEOUT_MS = 20_000;

/** The common fields of all objects, as far as they are read. */
export interface ClusterObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
    readonly finalizers?: readonly string[];
  };
}

/** The objects of a cluster, known by its id alone: who looks at a shared one may have no stack that knows more. */
export class ClusterObjects {
  private constructor(
    public readonly clusterId: string,
    private readonly http: AxiosInstance,
  ) {}

  /**
   * With a credential of the cluster's administrator for some minutes.
   *
   * @returns undefined when DigitalOcean says that there is no such cluster (any more)
   * @throws {DigitalOceanError} when it says anything else
   */
  public static async open(
    account: DigitalOcean,
    clusterId: string,
    signal: AbortSignal,
  ): Promise<ClusterObjects | undefined> {
    const credentials = await account.clusterCredentials(clusterId);
    if (credentials === undefined) {
      return undefined;
    }
    const { server, certificate_authority_data: ca, token } = credentials;
    const http = axios.create({
      baseURL: server,
      headers: { authorization: `Bearer ${token}` },
      httpsAgent: new Agent({ ca: Buffer.from(ca, "base64") }),
      timeout: TIMEOUT_MS,
      signal,
      ...(isLoopback(server) ? { proxy: false } : {}),
    });
    return new ClusterObjects(clusterId, http);
  }

  /** @returns undefined when there is no such object, or no such kind */
  public async find<T extends object>(path: string): Promise<T | undefined> {
    try {
      return (await this.http.get<T>(path)).data;
    } catch (error) {
      if (axios.isAxiosError(error) && error.response?.status === 404) {
        return undefined;
      }
      throw this.refusal(path, error);
    }
  }

  /** @param path - of a collection. @returns nothing when there is no such kind */
  public async list<T extends ClusterObject>(path: string): Promise<readonly T[]> {
    return (await this.find<{ items: readonly T[] }>(path))?.items ?? [];
  }

  /** Changes an object by a merge patch. One that is gone by now is no error. */
  public async change(path: string, patch: object): Promise<void> {
    const headers = { "content-type": "application/merge-patch+json" };
    try {
      await this.http.patch(path, patch, { headers });
    } catch (error) {
      if (!axios.isAxiosError(error) || error.response?.status !== 404) {
        throw this.refusal(path, error);
      }
    }
  }

  /** Deletes an object. One that is gone by now is no error. */
  public async remove(path: string): Promise<void> {
    try {
      await this.http.delete(path);
    } catch (error) {
      if (!axios.isAxiosError(error) || error.response?.status !== 404) {
        throw this.refusal(path, error);
      }
    }
  }

  /** Never with the client's own error, not even as a cause: it carries the token. */
  private refusal(path: string, error: unknown): UserError {
    const { response, message } = error as { response?: { status: number }; message: string };
    const answer = response === undefined ? message : `${response.status}`;
    return new UserError(
      `the API server of cluster ${this.clusterId} did not return ${path}: ${answer}`,
      "try again; `doctl kubernetes cluster list` shows whether the cluster is running",
    );
  }
}
