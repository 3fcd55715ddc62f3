import { Agent } from "node:https";
import axios, { type AxiosInstance } from "axios";
import { UserError } from "../../core/errors";
import type { DigitalOcean } from "../account/digitalocean";
import { isLoopback } from "../account/loopback";

const TIMEOUT_MS = 20_000;

/** The used fields of every object. */
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

/** The objects of a cluster that is known only by its id, because a tenant's stack may not have more of a shared cluster. */
export class ClusterObjects {
  private constructor(
    public readonly clusterId: string,
    private readonly http: AxiosInstance,
  ) {}

  /**
   * Opens the cluster with an administrator's credential for some minutes.
   *
   * @returns undefined when DigitalOcean reports that the cluster does not exist
   * @throws {DigitalOceanError} for any other failure
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

  /** @returns undefined when the object or its kind does not exist */
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

  /** @param path - of a collection. @returns an empty list when the kind does not exist */
  public async list<T extends ClusterObject>(path: string): Promise<readonly T[]> {
    return (await this.find<{ items: readonly T[] }>(path))?.items ?? [];
  }

  /** Changes an object by a merge patch. A missing object is not an error. */
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

  /** Deletes an object. A missing object is not an error. */
  public async remove(path: string): Promise<void> {
    try {
      await this.http.delete(path);
    } catch (error) {
      if (!axios.isAxiosError(error) || error.response?.status !== 404) {
        throw this.refusal(path, error);
      }
    }
  }

  /** Drops the client's own error, even as a cause, because it contains the token. */
  private refusal(path: string, error: unknown): UserError {
    const { response, message } = error as { response?: { status: number }; message: string };
    const answer = response === undefined ? message : `${response.status}`;
    return new UserError(
      `the API server of cluster ${this.clusterId} did not return ${path}: ${answer}`,
      "try again; `doctl kubernetes cluster list` shows whether the cluster is running",
    );
  }
}
