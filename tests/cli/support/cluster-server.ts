import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Authority } from "../../../packages/emulator/account/authority";

const HOUR_MS = 3_600_000;

/** Its certificate, created once for all tests of a file, because the keys take some time. */
let identity: { readonly ca: string; readonly cert: string; readonly key: string } | undefined;

interface Stored {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

interface BoundClaim {
  readonly claim: string;
  /** The name of its PersistentVolume. */
  readonly volume: string;
  /** The volume's id in the account. */
  readonly id: string;
}

/** The API server of a cluster that runs nothing: it has the objects that it is given, and takes changes to them. */
export class ClusterServer {
  /** Objects by the path of their collection, such as `/api/v1/nodes`. */
  private readonly objects = new Map<string, Stored[]>();
  /** Authorization headers of the requests. */
  public readonly tokens: (string | undefined)[] = [];
  /** Discovery responses by path, such as `/api/v1`. */
  public readonly documents = new Map<string, object>();
  /** Called after each change of an object, in place of the controllers that a cluster has. */
  public control: () => void = () => {};
  /** If set, it answers every request below a path with this status. */
  public failure: { readonly path: string; readonly status: number } | undefined;

  private constructor(private readonly server: Server) {}

  public static async start(): Promise<ClusterServer> {
    identity ??= newIdentity();
    const server = createServer(identity, (request, response) => {
      void cluster.answer(request).then(([status, body]) => {
        response
          .writeHead(status, { "content-type": "application/json" })
          .end(JSON.stringify(body));
      });
    });
    const cluster = new ClusterServer(server);
    await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
    return cluster;
  }

  /** Its address and authority, in the form of the emulator's control planes. */
  public get endpoint() {
    return {
      endpoint: `https://localhost:${(this.server.address() as AddressInfo).port}`,
      certificateAuthorityData: Buffer.from(identity?.ca ?? "").toString("base64"),
    };
  }

  /** The kubeconfig that the program returns for it. */
  public get kubeconfig(): string {
    const { endpoint: server, certificateAuthorityData } = this.endpoint;
    const cluster = { server, "certificate-authority-data": certificateAuthorityData };
    return JSON.stringify({ clusters: [{ name: "alice-dev", cluster }] });
  }

  /** Replaces the objects of a collection. */
  public set(collection: string, ...objects: readonly Stored[]): void {
    this.objects.set(collection, [...objects]);
  }

  /** Replaces the claims of the cluster, each with a volume of DigitalOcean's. */
  public holds(namespace: string, ...bound: readonly BoundClaim[]): void {
    const claims = bound.map(({ claim, volume }) => ({
      metadata: { name: claim, namespace },
      spec: { volumeName: volume },
    }));
    this.set("/api/v1/persistentvolumeclaims", ...claims);
    this.set(`/api/v1/namespaces/${namespace}/persistentvolumeclaims`, ...claims);
    const volumes = bound.map(({ volume, id: volumeHandle }) => ({
      metadata: { name: volume },
      spec: {
        storageClassName: "do-block-storage",
        csi: { driver: "dobs.csi.digitalocean.com", volumeHandle, fsType: "ext4" },
      },
    }));
    this.set("/api/v1/persistentvolumes", ...volumes);
  }

  /** Removes all objects. */
  public clear(): void {
    this.objects.clear();
    this.documents.clear();
    this.failure = undefined;
    this.control = () => {};
  }

  public of(collection: string): readonly Stored[] {
    return this.objects.get(collection) ?? [];
  }

  public close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage): Promise<[status: number, body: object]> {
    this.tokens.push(request.headers.authorization);
    const { pathname } = new URL(request.url ?? "/", "https://localhost");
    if (this.failure !== undefined && pathname.startsWith(this.failure.path)) {
      const { status: code } = this.failure;
      return [code, { kind: "Status", code, message: "it is broken" }];
    }
    const document = this.documents.get(pathname);
    if (document !== undefined) {
      return [200, document];
    }
    const [, collection = "", name] =
      /^((?:\/api\/v1|\/apis\/[^/]+\/[^/]+)(?:\/namespaces\/[^/]+)?\/[^/]+)(?:\/([^/]+))?$/.exec(
        pathname,
      ) ?? [];
    if (name === undefined) {
      // It only serves Kubernetes' own kinds.
      return [200, { items: this.of(collection), groups: [] }];
    }
    const found = this.of(collection).find(({ metadata }) => metadata.name === name);
    if (found === undefined) {
      return [404, { kind: "Status", code: 404, message: "not found" }];
    }
    if (request.method === "PATCH") {
      merge(found, JSON.parse(await text(request)) as object);
      this.control();
    }
    if (request.method === "DELETE") {
      this.objects.set(
        collection,
        this.of(collection).filter((one) => one !== found),
      );
    }
    return [200, found];
  }
}

function newIdentity() {
  const folder = mkdtempSync(join(tmpdir(), "authority-"));
  try {
    const notAfter = new Date(Date.now() + HOUR_MS);
    const { leaf: cert, privateKey: key } = new Authority(folder).issue(["localhost"], notAfter);
    return { cert, key, ca: readFileSync(join(folder, "authority.pem"), "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A merge patch. @see https://www.rfc-editor.org/rfc/rfc7396 */
function merge(target: object, patch: object): void {
  const fields = target as Record<string, unknown>;
  for (const [name, value] of Object.entries(patch) as [string, unknown][]) {
    const old = fields[name];
    if (value === null) {
      delete fields[name];
    } else if (typeof value === "object" && typeof old === "object" && old !== null) {
      merge(old, value);
    } else {
      fields[name] = value;
    }
  }
}
