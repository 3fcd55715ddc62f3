import { writeFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { SERVICES } from "../helpers/sample-shop";
import { EMPTY } from "./support/account";
import { DESTROY, MINUTES, REFRESH, UP } from "./support/commands";
import { World } from "./support/world";

// Claim: environments in namespaces of one cluster do not change the cluster, are refused harmful objects, and are removed
// without a trace, even when the cluster is gone.

let world: World;
beforeAll(async () => {
  world = await World.start();
}, MINUTES);
afterAll(() => world.close(), MINUTES);

const HOST = "team-shared";
const DOMAIN = "dev.example.test";

async function configure(stack: string, settings: Record<string, string>): Promise<void> {
  await world.pulumiWell("stack", "init", stack);
  const values = Object.entries(settings).flatMap(([name, value]) => [
    "--plaintext",
    `${name}=${value}`,
  ]);
  await world.pulumiWell("config", "set-all", "--path", ...values, "--stack", stack);
}

const onHost = {
  placement: "namespace",
  hostStack: HOST,
  "quota.cpu": "4",
  "quota.memory": "4Gi",
  "quota.pods": "100",
};

/** What the entrance answers for a host, which no DNS knows. */
async function statusOf(host: string): Promise<number | undefined> {
  const address = await world.output(HOST, "entrance");
  return new Promise((resolve, reject) => {
    get({ host: address, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on("error", reject);
  });
}

/** As an update leaves it that is killed before it has made anything else. */
async function createNamespace(name: string): Promise<void> {
  const labels = { "ephemeral-doks/project": "ephemeral-doks", "ephemeral-doks/stack": name };
  const file = join(world.folder, `${name}.json`);
  writeFileSync(
    file,
    JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } }),
  );
  await world.kubectl(HOST, "create", "--filename", file);
}

async function idInState(stack: string): Promise<string> {
  const state = JSON.parse(await world.pulumiWell("stack", "export", "--stack", stack)) as {
    deployment: { resources: { type: string; id?: string }[] };
  };
  const uuid = state.deployment.resources.find(({ type }) => type.endsWith(":RandomUuid"));
  return uuid?.id ?? "";
}

const namesIn = async (namespace: string, what: string) =>
  (
    await world.kubectl(
      HOST,
      ...["get", what, "--namespace", namespace],
      ...["--output", "jsonpath={.items[*].metadata.name}"],
    )
  ).split(" ");

/** What the cluster holds apart from environments: names of the namespaces and of what is cluster-wide. */
async function clusterWide(): Promise<string> {
  return world.kubectl(
    HOST,
    "get",
    "namespaces,clusterroles,clusterrolebindings,validatingadmissionpolicies,storageclasses,crds",
    "--output",
    "name",
  );
}

let before: string;

describe("a shared cluster", () => {
  it(
    "comes up with nodes and policy, and no workloads",
    async () => {
      await configure(HOST, {
        nodeSize: "s-2vcpu-4gb",
        minNodes: "2",
        maxNodes: "4",
        domain: DOMAIN,
      });
      await world.pulumiWell(...UP, "--stack", HOST);
      expect((await world.api.holdings()).clusters).toEqual([HOST]);
      expect(JSON.parse(await world.output(HOST, "capacity"))).toEqual({
        millicores: 900 + 4 * 1900,
        memoryMiB: 1024 + 4 * 2560,
        pods: 550,
      });
      before = await clusterWide();
      expect(before).toContain(
        "validatingadmissionpolicy.admissionregistration.k8s.io/environment-services",
      );
      expect(
        await world.kubectl(HOST, "get", "deployments", "--all-namespaces", "--output", "name"),
      ).toBe("");
    },
    5 * MINUTES,
  );

  it(
    "allows an environment only its own host and addresses",
    async () => {
      await createNamespace("gina-dev");
      const apply = async (name: string, object: object) => {
        const file = join(world.folder, `${name}.json`);
        const metadata = { name, namespace: "gina-dev" };
        writeFileSync(file, JSON.stringify({ metadata, ...object }));
        return world.kubectl(HOST, "create", "--filename", file).catch(String);
      };
      const route = (host: string) => ({
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "HTTPRoute",
        spec: { hostnames: [host] },
      });
      for (const foreign of ["alice-dev", "api--alice-dev", "a--b--gina-dev", "x.gina-dev"]) {
        expect(await apply("foreign", route(`${foreign}.${DOMAIN}`))).toMatch(
          /an environment's hosts are <its namespace>.dev.example.test and <name>--<its namespace>/,
        );
      }
      expect(await apply("own", route(`gina-dev.${DOMAIN}`))).toMatch(/created/);
      expect(await apply("further", route(`api--gina-dev.${DOMAIN}`))).toMatch(/created/);
      const spec = { ports: [{ port: 80 }], externalIPs: ["203.0.113.7"] };
      expect(await apply("thief", { apiVersion: "v1", kind: "Service", spec })).toMatch(
        /rule services\/external-addresses/,
      );
      await world.kubectl(HOST, "delete", "namespace", "gina-dev");
    },
    3 * MINUTES,
  );

  it("does not allow an existing namespace to become an environment's", async () => {
    const label = (name: string) =>
      world
        .kubectl(HOST, "label", "namespace", "default", "--overwrite", `${name}=gina-dev`)
        .catch(String);
    expect(await label("ephemeral-doks/stack")).toMatch(/from its creation on, or never/);
    expect(await label("somebody")).toMatch(/labeled/);
  });
});

describe("an environment on it", () => {
  it(
    "comes up in its namespace, behind the shared entrance",
    async () => {
      expect(await statusOf(`alice-dev.${DOMAIN}`)).toBe(404);
      await configure("alice-dev", { ...onHost, domain: DOMAIN });
      await world.pulumiWell(...UP, "--stack", "alice-dev");
      expect(await world.output("alice-dev", "url")).toBe(`http://alice-dev.${DOMAIN}`);
      expect(await statusOf(`alice-dev.${DOMAIN}`)).toBe(200);
      expect(await statusOf(`bob-dev.${DOMAIN}`)).toBe(404);
      expect(await namesIn("alice-dev", "deployments")).toEqual(SERVICES);
      const { clusters, loadBalancers } = await world.api.holdings();
      expect({ clusters, loadBalancers: loadBalancers.length }).toEqual({
        clusters: [HOST],
        loadBalancers: 1,
      });
    },
    5 * MINUTES,
  );

  it(
    "comes up as one service, with another environment's for the rest, in a killed update's namespace",
    async () => {
      await createNamespace("bob-dev");
      const part = { "services[0]": "frontend", baseline: "alice-dev", "quota.cpu": "1" };
      await configure("bob-dev", { ...onHost, domain: DOMAIN, ...part });
      // The id is in the state before the namespace, so that a namespace without it is somebody else's.
      const { exitCode, output } = await world.pulumi([...UP, "--stack", "bob-dev"]);
      expect(exitCode).not.toBe(0);
      expect(output).toMatch(/namespace "bob-dev" of cluster "team-shared" exists already/);
      const label = `ephemeral-doks/id=${await idInState("bob-dev")}`;
      await world.kubectl(HOST, "label", "namespace", "bob-dev", label);
      await world.pulumiWell(...UP, "--stack", "bob-dev");
      expect(await namesIn("bob-dev", "deployments")).toEqual(["frontend"]);
      expect(await statusOf(`bob-dev.${DOMAIN}`)).toBe(200);
      expect(
        await world.kubectl(
          HOST,
          ...["get", "service", "cartservice", "--namespace", "bob-dev"],
          ...["--output", "jsonpath={.spec.externalName}"],
        ),
      ).toBe("cartservice.alice-dev.svc.cluster.local");
      expect(await world.output("bob-dev", "baseline")).toBe("alice-dev");
      await world.pulumiWell(...DESTROY, "--stack", "bob-dev");
      expect(await statusOf(`alice-dev.${DOMAIN}`)).toBe(200);
    },
    5 * MINUTES,
  );

  it(
    "is not changed by a second update, and refresh finds no drift",
    async () => {
      await world.pulumiWell(...REFRESH, "--expect-no-changes", "--stack", "alice-dev");
      const update = await world.pulumiWell(...UP, "--expect-no-changes", "--stack", "alice-dev");
      expect(update).toMatch(/Resources:\n +\d+ unchanged\n/);
      await world.pulumiWell(...UP, "--expect-no-changes", "--stack", HOST);
    },
    5 * MINUTES,
  );

  it(
    "is refused with a list of all quotas when they would exceed the cluster",
    async () => {
      await configure("carol-dev", { ...onHost, "quota.cpu": "5" });
      const { exitCode, output } = await world.pulumi([...UP, "--stack", "carol-dev"]);
      expect(exitCode).not.toBe(0);
      expect(output).toMatch(/all quotas together would be 9 of 8.5 CPUs/);
      expect(output).toMatch(/alice-dev: 4 CPUs, 4Gi memory and 100 pods/);
      expect(await clusterWide()).not.toContain("namespace/carol-dev");
    },
    5 * MINUTES,
  );

  it(
    "is refused with every object that reaches beyond its namespace",
    async () => {
      const overlay = "tests/fixtures/trees/crds";
      await configure("frank-dev", { ...onHost, "quota.cpu": "1", overlay });
      const { exitCode, output } = await world.pulumi([...UP, "--stack", "frank-dev"]);
      expect(exitCode).not.toBe(0);
      expect(output).toMatch(/CustomResourceDefinition\/\S+: is cluster-wide/);
      expect(output).toMatch(/ClusterRole\/\S+: is cluster-wide/);
      expect(await clusterWide()).not.toContain("namespace/frank-dev");
    },
    5 * MINUTES,
  );

  it(
    "is refused another owner's namespace",
    async () => {
      await world.kubectl(HOST, "create", "namespace", "dave-dev");
      await configure("dave-dev", { ...onHost, "quota.cpu": "1" });
      const { exitCode, output } = await world.pulumi([...UP, "--stack", "dave-dev"]);
      expect(exitCode).not.toBe(0);
      expect(output).toMatch(
        /namespace "dave-dev" of cluster "team-shared" exists already.*not made by this project/,
      );
      await world.kubectl(HOST, "delete", "namespace", "dave-dev");
    },
    5 * MINUTES,
  );

  it(
    "is deleted with its namespace, and leaves the shared cluster unchanged",
    async () => {
      await world.pulumiWell(...DESTROY, "--stack", "alice-dev");
      expect(await world.resourcesOf("alice-dev")).toEqual([]);
      expect(await clusterWide()).toBe(before);
      const { loadBalancers, volumes } = await world.api.holdings();
      expect({ loadBalancers: loadBalancers.length, volumes }).toEqual({
        loadBalancers: 1,
        volumes: [],
      });
      await world.pulumiWell(...UP, "--expect-no-changes", "--stack", HOST);
    },
    5 * MINUTES,
  );

  it(
    "can be taken down when the cluster is gone",
    async () => {
      await configure("erin-dev", { ...onHost, "smokeTest.enabled": "false" });
      await world.pulumiWell(...UP, "--stack", "erin-dev");
      const id = await world.output(HOST, "clusterId");
      await world.api.request(
        "DELETE",
        `/v2/kubernetes/clusters/${id}/destroy_with_associated_resources/dangerous`,
      );
      const refused = await world.pulumi([...DESTROY, "--stack", "erin-dev"]);
      expect(refused.exitCode).not.toBe(0);
      expect(refused.output).toContain("PULUMI_K8S_DELETE_UNREACHABLE");
      const env = { ...world.env, PULUMI_K8S_DELETE_UNREACHABLE: "true" };
      const done = await world.pulumi([...DESTROY, "--stack", "erin-dev"], { env });
      expect(done).toMatchObject({ exitCode: 0 });
      expect(await world.resourcesOf("erin-dev")).toEqual([]);
      expect(await world.api.holdings()).toEqual(EMPTY);
    },
    5 * MINUTES,
  );
});
