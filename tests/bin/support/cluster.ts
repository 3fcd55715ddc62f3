import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { credentials } from "./exec-credential";

type Fields = Readonly<Record<string, unknown>>;

/** An object as the API server gives it. */
export interface Found {
  readonly metadata: { readonly name: string } & Fields;
  readonly [field: string]: unknown;
}

/** The owner reference of an object that a workload of apps/v1 controls. */
export const controlledBy = (kind: string, name: string) => ({
  ownerReferences: [{ apiVersion: "apps/v1", kind, name, uid: `uid-${name}`, controller: true }],
});

/** A cluster with the API server and the account that the smoke test asks, for the tests of a file. */
export class Cluster {
  /** By plural, e.g. `pods`. */
  public objects: Readonly<Record<string, readonly Found[]>> = {};
  /** Pods behind each Service. */
  public behind: readonly string[] = [];
  /** Whether the API server gives nothing. */
  public refuses = false;
  /** Paths that the API server was asked for. */
  public readonly asked: string[] = [];
  private url = "";

  public constructor() {
    let server: Server;
    beforeAll(async () => {
      server = createServer((request, response) => {
        const { status, body } = this.answerTo(request.url ?? "");
        response.writeHead(status).end(body);
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    beforeEach(() => {
      this.objects = { pods: [{ metadata: { name: "web-1" } }] };
      this.behind = ["web-1"];
      this.refuses = false;
      this.asked.length = 0;
    });
    afterAll(() => server.close());
  }

  /** For the smoke test of Service `web`. */
  public get env(): NodeJS.ProcessEnv {
    const place = {
      clusterId: "c-1",
      server: this.url,
      certificateAuthorityData: "Q0E=",
      namespace: "alice-dev",
    };
    return {
      DIGITALOCEAN_API_URL: this.url,
      DIGITALOCEAN_TOKEN: "t",
      // No home, and so no credential that another test could find.
      HOME: "none",
      SMOKE_TEST_SERVICE: "web",
      SMOKE_TEST_PLACE: JSON.stringify(place),
    };
  }

  private answerTo(path: string): { status: number; body: string } {
    if (path.startsWith("/v2/")) {
      return { status: 200, body: credentials() };
    }
    this.asked.push(path);
    if (this.refuses) {
      return { status: 403, body: "forbidden" };
    }
    const [, plural = "", name] = /\/namespaces\/alice-dev\/(\w+)(?:\/([\w-]+))?/.exec(path) ?? [];
    if (plural === "endpointslices") {
      const endpoints = this.behind.map((pod) => ({
        conditions: { ready: true },
        targetRef: { kind: "Pod", name: pod },
      }));
      // Those of a pod that ends, and of one that starts.
      endpoints.push({ conditions: { ready: false }, targetRef: { kind: "Pod", name: "web-0" } });
      return { status: 200, body: JSON.stringify({ items: [{ endpoints }] }) };
    }
    const all = this.objects[plural] ?? [];
    const found =
      name === undefined ? { items: all } : all.find((one) => one.metadata.name === name);
    return found === undefined
      ? { status: 404, body: "{}" }
      : { status: 200, body: JSON.stringify(found) };
  }
}
