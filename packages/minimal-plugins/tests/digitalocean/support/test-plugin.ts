import { setTimeout as delay } from "node:timers/promises";
import { TestEmulator } from "../../../../emulator/tests/api/support/test-emulator";
import { digitalOceanProvider } from "../../../digitalocean/provider";
import type { PropertyMap } from "../../../protocol/properties";
import { ProviderClient, type Target } from "../../protocol/support/provider-client";

export const CLUSTER: Target = {
  type: "digitalocean:index/kubernetesCluster:KubernetesCluster",
  name: "blue",
};
export const POOL: Target = {
  type: "digitalocean:index/kubernetesNodePool:KubernetesNodePool",
  name: "extra",
};
export const DOMAIN: Target = { type: "digitalocean:index/domain:Domain", name: "zone" };
export const RECORD: Target = { type: "digitalocean:index/dnsRecord:DnsRecord", name: "www" };
export const CERTIFICATE: Target = {
  type: "digitalocean:index/certificate:Certificate",
  name: "wildcard",
};
export const CREDENTIALS: Target = {
  type: "digitalocean:index/containerRegistryDockerCredentials:ContainerRegistryDockerCredentials",
  name: "pull",
};

/** Fields that the official provider sends although DigitalOcean's API description has no place for them. */
const SENT_BY_GODO = new Set([
  "maintenance_policy.duration",
  "nvidia_gpu_dra_driver",
  "amd_gpu_dra_driver",
]);

/** How long a wait of any length takes in a test. The emulator needs some of it to make what is waited for. */
const SHORT_WAIT_MS = 15;

/** A resource as the engine has it in its state. */
export interface Resource {
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
}

/** The plugin against an emulated account of its own. */
export class TestPlugin {
  private constructor(
    public readonly emulator: TestEmulator,
    public readonly client: ProviderClient,
    /** How long the plugin wanted to wait, in milliseconds, each time it did. */
    public readonly waits: number[],
  ) {}

  public static async start(settings: PropertyMap = {}): Promise<TestPlugin> {
    const emulator = await TestEmulator.start();
    const waits: number[] = [];
    const provider = digitalOceanProvider({
      version: "4.80.1",
      wait: async (milliseconds) => {
        waits.push(milliseconds);
        await delay(SHORT_WAIT_MS);
      },
    });
    const client = await ProviderClient.serving(provider);
    await client.configure({ apiEndpoint: emulator.url, token: emulator.token, ...settings });
    return new TestPlugin(emulator, client, waits);
  }

  /** Checks and creates a resource, as the engine does. */
  public async create(target: Target, news: PropertyMap, options = {}): Promise<Resource> {
    const { inputs, failures } = await this.client.check(target, news);
    if (failures.length > 0) {
      throw new Error(`the inputs were refused: ${JSON.stringify(failures)}`);
    }
    const { id, properties } = await this.client.create(target, inputs, options);
    return { id, inputs, outputs: properties };
  }

  /** Checks new inputs and says how they differ from a resource. */
  public async diff(target: Target, resource: Resource, news: PropertyMap, ignore: string[] = []) {
    const { inputs } = await this.client.check(target, news, resource.inputs);
    const states = { olds: resource.outputs, oldInputs: resource.inputs, news: inputs };
    return this.client.diff(target, states, ignore);
  }

  public async update(target: Target, resource: Resource, news: PropertyMap): Promise<Resource> {
    const { inputs } = await this.client.check(target, news, resource.inputs);
    const states = { olds: resource.outputs, oldInputs: resource.inputs, news: inputs };
    const outputs = await this.client.update(target, resource.id, states);
    return { id: resource.id, inputs, outputs };
  }

  /** Reads a resource, as a refresh does. */
  public async refresh(target: Target, resource: Resource): Promise<Resource | undefined> {
    const { id, inputs, outputs } = resource;
    const found = await this.client.read(target, id, outputs, inputs);
    return found && { id, inputs: found.inputs, outputs: found.properties };
  }

  /** The requests to the emulator so far, as `GET /v2/account`. */
  public async requests(): Promise<string[]> {
    return (await this.recorded()).map(({ method, path }) => `${method} ${path}`);
  }

  /** The requests with which `work` did what it does. */
  public async requestsOf(work: () => Promise<unknown>): Promise<string[]> {
    const before = await this.requests();
    await work();
    return (await this.requests()).slice(before.length);
  }

  /** Requests for what the emulator does not have, or with fields that neither DigitalOcean nor godo know. */
  public async strangeRequests(): Promise<unknown[]> {
    return (await this.recorded()).filter(
      ({ implemented, unknown_fields }) =>
        !implemented || unknown_fields.some((field) => !SENT_BY_GODO.has(field)),
    );
  }

  public async createRegistry(name: string): Promise<void> {
    const body = { name, subscription_tier_slug: "basic", region: "fra1" };
    const { status, text } = await this.emulator.call("POST", "/v2/registries", body);
    if (status !== 201) {
      throw new Error(`the registry was not created: ${status} ${text}`);
    }
  }

  /** Plans what becomes of the next cluster. */
  public async failNextCluster(how: "ends-in-error" | "stays-provisioning"): Promise<void> {
    await this.emulator.call("POST", "/_emulator/faults", { cluster: how });
  }

  /** Answers the next requests with a status instead of doing them. */
  public async fail(method: string, path: string, status: number, times = 1): Promise<void> {
    const { status: answer, text } = await this.emulator.call("POST", "/_emulator/faults", {
      method,
      path,
      status,
      times,
    });
    if (answer >= 300) {
      throw new Error(`the fault was not accepted: ${answer} ${text}`);
    }
  }

  public async close(): Promise<void> {
    this.client.close();
    await this.emulator.close();
  }

  private async recorded(): Promise<RecordedRequest[]> {
    const { body } = await this.emulator.get<{ requests: RecordedRequest[] }>(
      "/_emulator/requests",
    );
    return body.requests.filter(({ path }) => path.startsWith("/v2/"));
  }
}

interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly implemented: boolean;
  readonly unknown_fields: readonly string[];
}
