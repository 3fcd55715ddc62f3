import { dropletMetrics, loadBalancerMetrics } from "../../../account/metrics";
import type { ContractWorld } from "./contract-world";
import { type Answer, clusterRequest } from "./test-emulator";

export type ContractCall = (world: ContractWorld) => Promise<Answer<unknown>>;

const CLUSTERS = "/v2/kubernetes/clusters";
const CLUSTER = `${CLUSTERS}/{cluster_id}`;
const POOL = `${CLUSTER}/node_pools/{node_pool_id}`;

const get =
  (path: string): ContractCall =>
  (world) =>
    world.call("GET", path);

/** One call of each route that the emulator has, as it succeeds. */
export const contractCases: Readonly<Record<string, ContractCall>> = {
  "GET /v2/account": get("/v2/account"),
  "GET /v2/sizes": get("/v2/sizes?per_page=5&page=2"),
  "GET /v2/regions": get("/v2/regions"),
  "GET /v2/kubernetes/options": get("/v2/kubernetes/options"),
  "GET /v2/vpcs": get("/v2/vpcs"),
  "GET /v2/vpcs/{vpc_id}": async (world) => {
    const { body } = await world.emulator.get<{ vpcs: { id: string }[] }>("/v2/vpcs");
    return world.call("GET", `/v2/vpcs/${body.vpcs[0]?.id}`);
  },
  ...clusterCases(),
  ...nodePoolCases(),
  ...dropletCases(),
  ...nameCases(),
  ...volumeCases(),
  ...tagCases(),
  ...projectCases(),
  ...registryCases(),
  ...monitoringCases(),
  ...billingCases(),
};

function clusterCases(): Record<string, ContractCall> {
  const resources = "destroy_with_associated_resources";
  return {
    [`GET ${CLUSTERS}`]: get(CLUSTERS),
    [`POST ${CLUSTERS}`]: (world) =>
      world.call("POST", CLUSTERS, clusterRequest({ name: world.name("made") })),
    [`GET ${CLUSTER}`]: (world) => world.call("GET", world.path),
    [`PUT ${CLUSTER}`]: async (world) =>
      world.call("PUT", await world.spareCluster(), { name: world.name("renamed") }),
    [`DELETE ${CLUSTER}`]: async (world) => world.call("DELETE", await world.spareCluster()),
    [`GET ${CLUSTER}/upgrades`]: (world) => world.call("GET", `${world.path}/upgrades`),
    [`POST ${CLUSTER}/upgrade`]: async (world) => {
      const path = await world.spareCluster({ version: "1.35" });
      return world.call("POST", `${path}/upgrade`, { version: "1.36" });
    },
    [`GET ${CLUSTER}/status_messages`]: (world) =>
      world.call("GET", `${world.path}/status_messages`),
    [`GET ${CLUSTER}/credentials`]: (world) => world.call("GET", `${world.path}/credentials`),
    [`GET ${CLUSTER}/kubeconfig`]: (world) => world.call("GET", `${world.path}/kubeconfig`),
    [`GET ${CLUSTER}/user`]: (world) => world.call("GET", `${world.path}/user`),
    [`GET ${CLUSTER}/${resources}`]: (world) => world.call("GET", `${world.path}/${resources}`),
    [`DELETE ${CLUSTER}/${resources}/selective`]: async (world) =>
      world.call("DELETE", `${await world.spareCluster()}/${resources}/selective`, { volumes: [] }),
    [`DELETE ${CLUSTER}/${resources}/dangerous`]: async (world) =>
      world.call("DELETE", `${await world.spareCluster()}/${resources}/dangerous`),
    ...Object.fromEntries(
      ["POST", "DELETE"].flatMap((method): [string, ContractCall][] => [
        [
          `${method} /v2/kubernetes/registry`,
          (world) =>
            world.call(method, "/v2/kubernetes/registry", { cluster_uuids: [world.cluster.id] }),
        ],
        [
          `${method} /v2/kubernetes/registries`,
          (world) =>
            world.call(method, "/v2/kubernetes/registries", {
              cluster_uuids: [world.cluster.id],
              registries: [world.registry],
            }),
        ],
      ]),
    ),
  };
}

function nodePoolCases(): Record<string, ContractCall> {
  return {
    [`GET ${CLUSTER}/node_pools`]: (world) => world.call("GET", `${world.path}/node_pools`),
    [`POST ${CLUSTER}/node_pools`]: (world) =>
      world.call("POST", `${world.path}/node_pools`, {
        name: world.name("pool"),
        size: "s-1vcpu-2gb",
        count: 1,
        labels: { tier: "web" },
        taints: [{ key: "a", value: "b", effect: "NoSchedule" }],
      }),
    [`GET ${POOL}`]: (world) => world.call("GET", world.poolPath),
    [`PUT ${POOL}`]: async (world) =>
      world.call("PUT", await world.sparePool(), { name: world.name("renamed"), count: 1 }),
    [`DELETE ${POOL}`]: async (world) => world.call("DELETE", await world.sparePool()),
    [`DELETE ${POOL}/nodes/{node_id}`]: async (world) => {
      const pool = await world.sparePool();
      return world.call("DELETE", `${pool}/nodes/${await world.nodeOf(pool)}?skip_drain=1`);
    },
    [`POST ${POOL}/recycle`]: async (world) => {
      const pool = await world.sparePool();
      return world.call("POST", `${pool}/recycle`, { nodes: [await world.nodeOf(pool)] });
    },
  };
}

function dropletCases(): Record<string, ContractCall> {
  return {
    "GET /v2/droplets": get("/v2/droplets"),
    "GET /v2/droplets/{droplet_id}": async (world) =>
      world.call("GET", `/v2/droplets/${await world.droplet()}`),
    "DELETE /v2/droplets/{droplet_id}": async (world) =>
      world.call("DELETE", `/v2/droplets/${await world.droplet()}`),
    "DELETE /v2/droplets": async (world) => {
      await world.call("POST", "/v2/tags", { name: "unused" });
      return world.call("DELETE", "/v2/droplets?tag_name=unused");
    },
    "GET /v2/load_balancers": get("/v2/load_balancers"),
    "GET /v2/load_balancers/{lb_id}": (world) =>
      world.call("GET", `/v2/load_balancers/${world.loadBalancer().id}`),
    "DELETE /v2/load_balancers/{lb_id}": (world) =>
      world.call("DELETE", `/v2/load_balancers/${world.loadBalancer().id}`),
  };
}

function nameCases(): Record<string, ContractCall> {
  const record = "/v2/domains/{domain_name}/records/{domain_record_id}";
  const changes = ["PATCH", "PUT"].map((method): [string, ContractCall] => [
    `${method} ${record}`,
    async (world) => world.call(method, await world.record(), { type: "A", data: "192.0.2.2" }),
  ]);
  return {
    "GET /v2/domains": get("/v2/domains"),
    "POST /v2/domains": (world) =>
      world.call("POST", "/v2/domains", { name: `${world.name("zone")}.example.com` }),
    "GET /v2/domains/{domain_name}": async (world) => world.call("GET", await world.domain()),
    "DELETE /v2/domains/{domain_name}": async (world) => world.call("DELETE", await world.domain()),
    "GET /v2/domains/{domain_name}/records": async (world) =>
      world.call("GET", `${await world.domain()}/records`),
    "POST /v2/domains/{domain_name}/records": async (world) => {
      const request = { type: "A", name: "www", data: "192.0.2.1" };
      return world.call("POST", `${await world.domain()}/records`, request);
    },
    [`GET ${record}`]: async (world) => world.call("GET", await world.record()),
    ...Object.fromEntries(changes),
    [`DELETE ${record}`]: async (world) => world.call("DELETE", await world.record()),
    "GET /v2/certificates": get("/v2/certificates"),
    "POST /v2/certificates": async (world) => {
      const zone = (await world.domain()).replace("/v2/domains/", "");
      const request = { name: world.name("web"), type: "lets_encrypt", dns_names: [zone] };
      return world.call("POST", "/v2/certificates", request);
    },
    "GET /v2/certificates/{certificate_id}": async (world) =>
      world.call("GET", await world.certificate()),
    "DELETE /v2/certificates/{certificate_id}": async (world) =>
      world.call("DELETE", await world.certificate()),
  };
}

function volumeCases(): Record<string, ContractCall> {
  const volume = "/v2/volumes/{volume_id}";
  const resize = { type: "resize", size_gigabytes: 2 };
  const snapshotCases = ["/v2/snapshots", "/v2/volumes/snapshots"].flatMap((base) =>
    ["GET", "DELETE"].map((method): [string, ContractCall] => [
      `${method} ${base}/{snapshot_id}`,
      async (world) => world.call(method, `${base}/${await world.snapshot()}`),
    ]),
  );
  return {
    "GET /v2/volumes": async (world) => {
      await world.volume();
      return world.call("GET", "/v2/volumes");
    },
    "POST /v2/volumes": (world) =>
      world.call("POST", "/v2/volumes", {
        name: world.name("volume"),
        region: "fra1",
        size_gigabytes: 10,
        filesystem_type: "ext4",
      }),
    "DELETE /v2/volumes": async (world) => {
      await world.volume("by-name");
      return world.call("DELETE", "/v2/volumes?name=by-name&region=fra1");
    },
    [`GET ${volume}`]: async (world) => world.call("GET", await world.volume()),
    [`DELETE ${volume}`]: async (world) => world.call("DELETE", await world.volume()),
    "POST /v2/volumes/actions": async (world) => {
      await world.volume("attach-me");
      return world.call("POST", "/v2/volumes/actions", {
        type: "attach",
        volume_name: "attach-me",
        droplet_id: await world.droplet(),
        region: "fra1",
      });
    },
    [`POST ${volume}/actions`]: async (world) =>
      world.call("POST", `${await world.volume()}/actions`, resize),
    [`GET ${volume}/actions`]: async (world) => {
      const path = `${await world.volume()}/actions`;
      await world.call("POST", path, resize);
      return world.call("GET", path);
    },
    [`GET ${volume}/actions/{action_id}`]: async (world) => {
      const path = `${await world.volume()}/actions`;
      const { body } = await world.emulator.call<{ action: { id: number } }>("POST", path, resize);
      return world.call("GET", `${path}/${body.action.id}`);
    },
    "GET /v2/snapshots": async (world) => {
      await world.snapshot();
      return world.call("GET", "/v2/snapshots");
    },
    ...Object.fromEntries(snapshotCases),
    [`GET ${volume}/snapshots`]: async (world) =>
      world.call("GET", `${await world.volume()}/snapshots`),
    [`POST ${volume}/snapshots`]: async (world) =>
      world.call("POST", `${await world.volume()}/snapshots`, { name: world.name("snapshot") }),
  };
}

function tagCases(): Record<string, ContractCall> {
  const made = async (world: ContractWorld) => {
    const name = world.name("tag");
    await world.call("POST", "/v2/tags", { name });
    return `/v2/tags/${name}`;
  };
  const assign = async (world: ContractWorld, method: string) => {
    const id = (await world.volume()).split("/").at(-1);
    const resources = [{ resource_id: id, resource_type: "volume" }];
    return world.call(method, `${await made(world)}/resources`, { resources });
  };
  return {
    "GET /v2/tags": get("/v2/tags"),
    "POST /v2/tags": (world) => world.call("POST", "/v2/tags", { name: world.name("tag") }),
    "GET /v2/tags/{tag_id}": (world) => world.call("GET", `/v2/tags/k8s:${world.cluster.id}`),
    "DELETE /v2/tags/{tag_id}": async (world) => world.call("DELETE", await made(world)),
    "POST /v2/tags/{tag_id}/resources": (world) => assign(world, "POST"),
    "DELETE /v2/tags/{tag_id}/resources": (world) => assign(world, "DELETE"),
  };
}

function projectCases(): Record<string, ContractCall> {
  const whole = (world: ContractWorld) => ({
    name: world.name("project"),
    description: "",
    purpose: "Tests",
    environment: "Staging",
    is_default: false,
  });
  const cases = (path: string, at: (world: ContractWorld) => Promise<string>) => ({
    [`GET ${path}`]: async (world: ContractWorld) => world.call("GET", await at(world)),
    [`PUT ${path}`]: async (world: ContractWorld) =>
      world.call("PUT", await at(world), whole(world)),
    [`PATCH ${path}`]: async (world: ContractWorld) =>
      world.call("PATCH", await at(world), { description: "changed" }),
    [`GET ${path}/resources`]: async (world: ContractWorld) => {
      const resources = `${await at(world)}/resources`;
      await world.call("POST", resources, { resources: [`do:kubernetes:${world.cluster.id}`] });
      return world.call("GET", resources);
    },
    [`POST ${path}/resources`]: async (world: ContractWorld) =>
      world.call("POST", `${await at(world)}/resources`, {
        resources: [`do:kubernetes:${world.cluster.id}`],
      }),
  });
  return {
    "GET /v2/projects": get("/v2/projects"),
    "POST /v2/projects": (world) =>
      world.call("POST", "/v2/projects", {
        name: world.name("project"),
        purpose: "Tests",
        environment: "Development",
      }),
    "DELETE /v2/projects/{project_id}": async (world) =>
      world.call("DELETE", await world.project()),
    ...cases("/v2/projects/default", async () => "/v2/projects/default"),
    ...cases("/v2/projects/{project_id}", (world) => world.project()),
  };
}

function registryCases(): Record<string, ContractCall> {
  const shared = (base: string): Record<string, ContractCall> => {
    const registry = `${base}/{registry_name}`;
    const repository = `${registry}/repositories/{repository_name}`;
    return {
      [`GET ${base}/subscription`]: get(`${base}/subscription`),
      [`POST ${base}/subscription`]: (world) =>
        world.call("POST", `${base}/subscription`, { tier_slug: "professional" }),
      [`GET ${base}/options`]: get(`${base}/options`),
      [`POST ${base}/validate-name`]: (world) =>
        world.call("POST", `${base}/validate-name`, { name: world.name("free") }),
      [`GET ${registry}/repositoriesV2`]: async (world) => {
        await world.image();
        return world.call("GET", `${base}/${world.registry}/repositoriesV2?per_page=1`);
      },
      [`GET ${repository}/tags`]: async (world) => {
        const image = await world.image();
        return world.call("GET", `${base}/${image.repository}/tags`);
      },
      [`GET ${repository}/digests`]: async (world) => {
        const image = await world.image();
        return world.call("GET", `${base}/${image.repository}/digests`);
      },
      [`DELETE ${repository}/tags/{repository_tag}`]: async (world) => {
        const image = await world.image();
        return world.call("DELETE", `${base}/${image.repository}/tags/${image.tag}`);
      },
      [`DELETE ${repository}/digests/{manifest_digest}`]: async (world) => {
        const image = await world.image();
        return world.call("DELETE", `${base}/${image.repository}/digests/${image.digest}`);
      },
      [`GET ${registry}/garbage-collection`]: async (world) => {
        const path = await world.collection(base);
        return world.call("GET", path.slice(0, path.lastIndexOf("/")));
      },
      [`POST ${registry}/garbage-collection`]: async (world) => {
        await world.endCollection(base);
        return world.call("POST", `${base}/${world.registry}/garbage-collection`, {});
      },
      [`GET ${registry}/garbage-collections`]: async (world) => {
        const path = await world.collection(base);
        return world.call("GET", `${path.slice(0, path.lastIndexOf("/"))}s`);
      },
      [`PUT ${registry}/garbage-collection/{garbage_collection_uuid}`]: async (world) =>
        world.call("PUT", await world.collection(base), { cancel: true }),
    };
  };
  return {
    "GET /v2/registries": get("/v2/registries"),
    "POST /v2/registries": (world) =>
      world.call("POST", "/v2/registries", { name: world.name("registry"), region: "fra1" }),
    "GET /v2/registries/{registry_name}": (world) =>
      world.call("GET", `/v2/registries/${world.registry}`),
    "DELETE /v2/registries/{registry_name}": async (world) =>
      world.call("DELETE", `/v2/registries/${await world.spareRegistry()}`),
    "GET /v2/registries/{registry_name}/docker-credentials": (world) =>
      world.call("GET", `/v2/registries/${world.registry}/docker-credentials`),
    ...shared("/v2/registries"),
    ...shared("/v2/registry"),
    "GET /v2/registry/{registry_name}/repositories": async (world) => {
      await world.image();
      return world.call("GET", `/v2/registry/${world.registry}/repositories`);
    },
    "DELETE /v2/registries/{registry_name}/repositories/{repository_name}": async (world) => {
      const image = await world.image();
      return world.call("DELETE", `/v2/registries/${image.repository}`);
    },
  };
}

function monitoringCases(): Record<string, ContractCall> {
  const base = "/v2/monitoring/metrics";
  const range = () => {
    const now = Math.floor(Date.now() / 1000);
    return `start=${now - 3600}&end=${now + 3600}`;
  };
  const droplet = dropletMetrics.map((metric): [string, ContractCall] => [
    `GET ${base}/droplet/${metric}`,
    async (world) => {
      const more = metric === "bandwidth" ? "&interface=public&direction=inbound" : "";
      const host = await world.droplet();
      return world.call("GET", `${base}/droplet/${metric}?host_id=${host}&${range()}${more}`);
    },
  ]);
  const loadBalancer = loadBalancerMetrics.map((metric): [string, ContractCall] => [
    `GET ${base}/load_balancer/${metric}`,
    (world) => {
      const { id } = world.loadBalancer();
      return world.call("GET", `${base}/load_balancer/${metric}?lb_id=${id}&${range()}`);
    },
  ]);
  return Object.fromEntries([...droplet, ...loadBalancer]);
}

function billingCases(): Record<string, ContractCall> {
  const base = "/v2/customers/my";
  const invoice = `${base}/invoices/{invoice_uuid}`;
  return {
    [`GET ${base}/balance`]: get(`${base}/balance`),
    [`GET ${base}/invoices`]: get(`${base}/invoices`),
    [`GET ${invoice}`]: async (world) => world.call("GET", await world.invoice()),
    [`GET ${invoice}/summary`]: async (world) =>
      world.call("GET", `${await world.invoice()}/summary`),
    [`GET ${invoice}/csv`]: async (world) => world.call("GET", `${await world.invoice()}/csv`),
  };
}

/** The deprecated routes of accounts with one registry, for an account that has none yet. */
export const oneRegistryCases: Readonly<Record<string, ContractCall>> = {
  "POST /v2/registry": (world) =>
    world.call("POST", "/v2/registry", { name: "only", subscription_tier_slug: "basic" }),
  "GET /v2/registry": get("/v2/registry"),
  "GET /v2/registry/docker-credentials": get("/v2/registry/docker-credentials"),
  "DELETE /v2/registry": (world) => world.call("DELETE", "/v2/registry"),
};
