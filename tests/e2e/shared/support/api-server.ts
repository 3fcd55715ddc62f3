import { Agent, request } from "node:https";
import type { World } from "../../support/world";

/** Who asks: by a token, or as somebody whom the administrator impersonates. */
export type Caller = { readonly token: string } | { readonly as: string };

export interface Answer {
  readonly status: number;
  /** A Status object's message, or the object itself as text. */
  readonly text: string;
}

/** What somebody wants to do, in Kubernetes' words; a resource of a group is `deployments.apps`, a part of it `pods/exec`. */
export interface Attempt {
  readonly verb: string;
  readonly resource: string;
  /** @default - in all of the cluster */
  readonly namespace?: string;
}

interface Credentials {
  readonly server: string;
  readonly certificate_authority_data: string;
  readonly token: string;
}

interface Kinded {
  readonly apiVersion: string;
  readonly kind: string;
}

const PLURALS: Readonly<Record<string, string>> = {
  endpoints: "endpoints",
  ingress: "ingresses",
  networkpolicy: "networkpolicies",
};

/** Requests at the same time: enough for hundreds of them in seconds. */
const AT_ONCE = 8;

/** A cluster's API server, asked directly: tests do not judge the product by its own eyes. */
export class ApiServer {
  private readonly agent: Agent;

  private constructor(private readonly credentials: Credentials) {
    const ca = Buffer.from(credentials.certificate_authority_data, "base64");
    this.agent = new Agent({ ca, keepAlive: true, maxSockets: AT_ONCE });
  }

  public static async of(world: World, clusterId: string): Promise<ApiServer> {
    const path = `/v2/kubernetes/clusters/${clusterId}/credentials`;
    return new ApiServer(await world.api.request<Credentials>("GET", path));
  }

  /** @param body - of a request that has one; a PATCH is a merge patch */
  public ask(caller: Caller, method: string, path: string, body?: object): Promise<Answer> {
    const { server, token } = this.credentials;
    const identity: Record<string, string> =
      "token" in caller
        ? { authorization: `Bearer ${caller.token}` }
        : { authorization: `Bearer ${token}`, "impersonate-user": caller.as };
    const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    return new Promise((resolve, reject) => {
      const sent = request(
        server + path,
        {
          method,
          agent: this.agent,
          headers: { ...identity, "content-type": type },
          timeout: 60_000,
        },
        (response) => {
          let text = "";
          response.on("data", (chunk: Buffer) => (text += chunk.toString()));
          response.on("error", reject);
          response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
        },
      );
      sent.on("timeout", () => sent.destroy(new Error("no answer within 60 s")));
      sent.on("error", reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** A holder of the account's token. */
  public get administrator(): Caller {
    return { token: this.credentials.token };
  }

  /** Where objects of a kind are. */
  public collection({ apiVersion, kind }: Kinded, namespace: string): string {
    const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const lower = kind.toLowerCase();
    const plural = PLURALS[lower] ?? `${lower}s`;
    return `${root}/namespaces/${namespace}/${plural}`;
  }

  public close(): void {
    this.agent.destroy();
  }

  /** As the administrator. @throws an Error unless it is done */
  public async read<T>(path: string): Promise<T> {
    const { token } = this.credentials;
    const { status, text } = await this.ask({ token }, "GET", path);
    if (status !== 200) {
      throw new Error(`GET ${path}: ${status} ${text}`);
    }
    return JSON.parse(text) as T;
  }

  /** Whether the API server would let somebody do this. */
  public async allows(caller: Caller, { verb, resource, namespace }: Attempt): Promise<boolean> {
    const [kind = "", subresource] = resource.split("/");
    const [name = "", ...group] = kind.split(".");
    const resourceAttributes = {
      verb,
      resource: name,
      group: group.join("."),
      ...(subresource === undefined ? {} : { subresource }),
      ...(namespace === undefined ? {} : { namespace }),
    };
    const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    const { status, text } = await this.ask(caller, "POST", path, {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes },
    });
    if (status !== 201) {
      throw new Error(`${path}: ${status} ${text}`);
    }
    return (JSON.parse(text) as { status: { allowed: boolean } }).status.allowed;
  }
}
