import { type Answer, clusterRequest, TestEmulator } from "./test-emulator";
import type { ClusterBody, DropletsBody } from "./wire-types";

interface CollectionBody {
  readonly garbage_collection: { readonly uuid: string };
}

/** An account in which there is one of everything. */
export class ContractWorld {
  /** The registry that {@link addRegistry} makes. */
  public readonly registry = "team";
  private serial = 0;

  private constructor(
    public readonly emulator: TestEmulator,
    public readonly cluster: ClusterBody,
  ) {}

  /** Has no registry: some routes want one, some several. */
  public static async create(): Promise<ContractWorld> {
    const emulator = await TestEmulator.start();
    const pools = ["default", "extra"].map((name) => ({ name, size: "s-2vcpu-4gb", count: 1 }));
    const cluster = await emulator.createCluster({ node_pools: pools });
    const world = new ContractWorld(emulator, cluster);
    const { id } = world.loadBalancer();
    emulator.controlPlanes.cloud.recordTraffic(id, { requests: 10, bytes: 1000, connections: 2 });
    return world;
  }

  public async addRegistry(): Promise<void> {
    const tier = "professional";
    await this.call("POST", "/v2/registries", {
      name: this.registry,
      subscription_tier_slug: tier,
    });
  }

  public call(method: string, path: string, body?: unknown): Promise<Answer<unknown>> {
    return this.emulator.call(method, path, body);
  }

  /** A name that nothing has. */
  public name(kind: string): string {
    this.serial += 1;
    return `${kind}-${this.serial}`;
  }

  public get path(): string {
    return `/v2/kubernetes/clusters/${this.cluster.id}`;
  }

  /** Path of the first pool. */
  public get poolPath(): string {
    return `${this.path}/node_pools/${this.cluster.node_pools[0]?.id}`;
  }

  /** Path of a further cluster, to be changed or deleted. */
  public async spareCluster(changes: object = {}): Promise<string> {
    const request = clusterRequest({ name: this.name("spare"), ...changes });
    return `/v2/kubernetes/clusters/${await this.create("/v2/kubernetes/clusters", request, "kubernetes_cluster")}`;
  }

  /** Path of a further pool of a cluster. */
  public async sparePool(clusterPath = this.path): Promise<string> {
    const request = { name: this.name("pool"), size: "s-1vcpu-2gb", count: 1 };
    return `${clusterPath}/node_pools/${await this.create(`${clusterPath}/node_pools`, request, "node_pool")}`;
  }

  /** Id of a node of a pool. */
  public async nodeOf(poolPath: string): Promise<string> {
    const { body } = await this.emulator.get<{ node_pool: ClusterBody["node_pools"][number] }>(
      poolPath,
    );
    return body.node_pool.nodes[0]?.id ?? "none";
  }

  public loadBalancer(type: "REGIONAL" | "REGIONAL_NETWORK" = "REGIONAL") {
    const name = this.name("balancer");
    return this.emulator.controlPlanes.cloud.ensureLoadBalancer({
      clusterId: this.cluster.id,
      serviceUid: name,
      name,
      type,
      region: "fra1",
      forwardingRules: [
        { entryProtocol: "http", entryPort: 80, targetProtocol: "http", targetPort: 30080 },
      ],
      dropletIds: [],
      sizeUnit: 1,
      network: "EXTERNAL",
    });
  }

  /** Path of a zone. */
  public async domain(): Promise<string> {
    const name = `${this.name("zone")}.example.com`;
    await this.call("POST", "/v2/domains", { name });
    return `/v2/domains/${name}`;
  }

  /** Path of an A record. */
  public async record(): Promise<string> {
    const records = `${await this.domain()}/records`;
    const request = { type: "A", name: "www", data: "192.0.2.1" };
    return `${records}/${await this.create(records, request, "domain_record")}`;
  }

  /** Path of a certificate. */
  public async certificate(): Promise<string> {
    const zone = (await this.domain()).replace("/v2/domains/", "");
    const request = { name: this.name("web"), type: "lets_encrypt", dns_names: [zone] };
    return `/v2/certificates/${await this.create("/v2/certificates", request, "certificate")}`;
  }

  /** Path of a volume. */
  public async volume(name = this.name("volume")): Promise<string> {
    const request = { name, region: "fra1", size_gigabytes: 1, tags: ["a"] };
    return `/v2/volumes/${await this.create("/v2/volumes", request, "volume")}`;
  }

  /** Id of a snapshot. */
  public async snapshot(): Promise<string> {
    const request = { name: this.name("snapshot"), tags: ["a"] };
    return this.create(`${await this.volume()}/snapshots`, request, "snapshot");
  }

  /** Path of a project. */
  public async project(): Promise<string> {
    const request = { name: this.name("project"), purpose: "Tests", environment: "Staging" };
    return `/v2/projects/${await this.create("/v2/projects", request, "project")}`;
  }

  public async droplet(): Promise<number> {
    const { body } = await this.emulator.get<DropletsBody>("/v2/droplets");
    return body.droplets[0]?.id ?? 0;
  }

  public async invoice(): Promise<string> {
    const path = "/v2/customers/my/invoices";
    const { body } = await this.emulator.get<{ invoice_preview: { invoice_uuid: string } }>(path);
    return `${path}/${body.invoice_preview.invoice_uuid}`;
  }

  /** Path of a garbage collection that is under way. */
  public async collection(base: string): Promise<string> {
    await this.endCollection(base);
    const path = `${base}/${this.registry}/garbage-collection`;
    const { body } = await this.emulator.call<CollectionBody>("POST", path, {});
    return `${path}/${body.garbage_collection.uuid}`;
  }

  /** Cancels the garbage collection that is under way, if there is one. */
  public async endCollection(base: string): Promise<void> {
    const path = `${base}/${this.registry}/garbage-collection`;
    const { status, body } = await this.emulator.get<CollectionBody>(path);
    if (status === 200) {
      await this.call("PUT", `${path}/${body.garbage_collection.uuid}`, { cancel: true });
    }
  }

  /** An image in a repository of its own, whose path begins with the registry's name. */
  public async image(): Promise<{ repository: string; tag: string; digest: string }> {
    const [repository, tag] = [this.name("shop/frontend"), "1.0"];
    const { body } = await this.emulator.call<{ digest: string }>("POST", "/_emulator/images", {
      registry: this.registry,
      repository,
      tag,
    });
    const path = `${this.registry}/repositories/${encodeURIComponent(repository)}`;
    return { repository: path, tag, digest: body.digest };
  }

  public async spareRegistry(): Promise<string> {
    const name = this.name("registry");
    await this.emulator.call("POST", "/v2/registries", { name });
    return name;
  }

  private async create(path: string, request: object, key: string): Promise<string> {
    const { body, text } = await this.emulator.call<Record<string, { id: string } | undefined>>(
      "POST",
      path,
      request,
    );
    const id = body[key]?.id;
    if (id === undefined) {
      throw new Error(`POST ${path} did not create anything: ${text}`);
    }
    return id;
  }
}
