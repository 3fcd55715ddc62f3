import { setTimeout as sleep } from "node:timers/promises";

/** All resources in the account, by kind. */
export interface Account {
  readonly clusters: string[];
  readonly droplets: string[];
  readonly loadBalancers: string[];
  readonly volumes: string[];
}

export const EMPTY: Account = { clusters: [], droplets: [], loadBalancers: [], volumes: [] };

/** The API of the emulated account. Tests read it directly, independently of the product. */
export class Api {
  public constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  /** Returns a client with a separate token: DigitalOcean allows each token 250 requests a minute. */
  public async withOwnToken(...scopes: string[]): Promise<Api> {
    const body = await this.request<{ token: string }>("POST", "/_emulator/tokens", { scopes });
    return new Api(this.url, body.token);
  }

  public async holdings(): Promise<Account> {
    const [clusters, droplets, loadBalancers, volumes] = await Promise.all([
      this.clusters(),
      this.names("/v2/droplets", "droplets"),
      this.names("/v2/load_balancers", "load_balancers"),
      this.names("/v2/volumes", "volumes"),
    ]);
    return { clusters, droplets, loadBalancers, volumes };
  }

  public clusters(): Promise<string[]> {
    return this.names("/v2/kubernetes/clusters", "kubernetes_clusters");
  }

  /** Uuid of the team that the token is for. */
  public async accountUuid(): Promise<string> {
    const { account } = await this.request<{ account: { team: { uuid: string } } }>(
      "GET",
      "/v2/account",
    );
    return account.team.uuid;
  }

  /** Waits when the request limit is reached. */
  public async request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        "content-type": "application/json",
        // A process without processor time may reuse a connection that is closed by now.
        connection: "close",
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const seconds = Number(response.headers.get("retry-after"));
    if (response.status === 429 && seconds > 0) {
      await sleep(seconds * 1000);
      return this.request(method, path, body);
    }
    if (!response.ok) {
      throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    }
    const text = await response.text();
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  private async names(path: string, key: string): Promise<string[]> {
    const body = await this.request<Record<string, { name: string }[]>>(
      "GET",
      `${path}?per_page=200`,
    );
    return (body[key] ?? []).map(({ name }) => name).sort();
  }
}
