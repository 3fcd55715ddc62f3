import { join } from "node:path";
import type { KubeconfigData } from "../../../cli/cluster/kubeconfig.data";
import type { DownData } from "../../../cli/environments/down.data";
import type { PreviewData } from "../../../cli/environments/preview.data";
import type { UpData } from "../../../cli/environments/up.data";
import type { ListData } from "../../../cli/overview/list.data";
import type { ShowData } from "../../../cli/overview/show.data";
import { EMPTY } from "../support/account";
import { MINUTES } from "../support/commands";
import { until } from "../support/until";
import { World } from "../support/world";
import { ApiServer, type Attempt, type Caller } from "./support/api-server";
import { RIGHTS } from "./support/rights";
import { deployment, podTemplate, writeTenantTree } from "./support/tenant-tree";

// Claim: tenants of one cluster cannot affect each other, and each is removed without a trace while the others stay.

const HOST = "team-shared";
const DEVELOPER = "system:serviceaccount:alice-dev:developer";
const QUOTA = { cpu: "2", memory: "2Gi", pods: 6, loadBalancers: 1 };

let world: World;
let apiServer: ApiServer;
/** Alice's own short-lived token. */
let alice: Caller;

beforeAll(async () => {
  world = await World.start();
}, MINUTES);
afterAll(async () => {
  apiServer.close();
  await world.close();
}, MINUTES);

/** What `up` of an environment on a shared cluster is told. */
function living(overlay: string, ...more: string[]): string[] {
  const quota = Object.entries(QUOTA).flatMap(([name, value]) => [
    "--set",
    `quota.${name}=${value}`,
  ]);
  const place = ["--set", "placement=namespace", "--set", `hostStack=${HOST}`];
  return ["--yes", "--overlay", overlay, ...place, ...quota, ...more];
}

const up = (stack: string, overlay: string, ...more: string[]) =>
  world.doksEnvJson<UpData>("up", stack, ...living(overlay, ...more));

/** Names and uids of all that is in a namespace, and of what the account has of everybody's: what must not change. */
async function whole(namespace: string): Promise<unknown> {
  const kinds =
    "deployments,services,configmaps,resourcequotas,networkpolicies,roles,rolebindings,pvc";
  const path = "jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.uid}\n{end}";
  return (await world.kubectl(HOST, "get", kinds, "-n", namespace, "-o", path)).trim().split("\n");
}

interface Pods {
  readonly items: readonly { readonly status: { readonly phase: string } }[];
}
const podsOf = async (namespace: string) =>
  (await apiServer.read<Pods>(`/api/v1/namespaces/${namespace}/pods`)).items;

describe("the host", () => {
  it(
    "comes up with a summary that shows how to use it",
    async () => {
      const size = ["nodeSize=s-2vcpu-4gb", "minNodes=2", "maxNodes=4"];
      const said = await world.doksEnvWell(
        ...["up", HOST, "--yes", ...size.flatMap((setting) => ["--set", setting])],
      );
      expect(said).toMatch(/team-shared is up after/);
      expect(said).toContain(
        `use it      doks-env up alice-dev --set placement=namespace --set hostStack=${HOST}`,
      );
      expect(said).toMatch(/expires +never/);
      expect((await world.api.holdings()).clusters).toEqual([HOST]);
    },
    5 * MINUTES,
  );

  it(
    "shows an environment's workloads and price share in a preview, which leaves nothing",
    async () => {
      const tree = writeTenantTree(join(world.folder, "plain"));
      await world.pulumiWell("stack", "init", "eve-dev");
      for (const [name, value] of [
        ["placement", "namespace"],
        ["hostStack", HOST],
        ["overlay", tree],
      ] as const) {
        await world.pulumiWell("config", "set", name, value, "--stack", "eve-dev");
      }
      await world.pulumiWell("config", "set", "--path", "quota.cpu", "16", "--stack", "eve-dev");
      const { exitCode, data } = await world.doksEnvResult<{ message: string }>(
        "preview",
        "eve-dev",
      );
      // 16 CPUs, which a cluster of its own may have, are more than these nodes can ever give.
      expect({ exitCode, data }).toMatchObject({
        exitCode: 1,
        data: { message: expect.stringMatching(/all quotas together would be 16 of 8.5 CPUs/) },
      });
      await world.pulumiWell("config", "set", "--path", "quota.cpu", "2", "--stack", "eve-dev");
      await world.pulumiWell(
        "config",
        "set",
        "--path",
        "quota.memory",
        "2Gi",
        "--stack",
        "eve-dev",
      );
      // As it would be for somebody who has only the settings.
      await world.pulumiWell("stack", "rm", "--yes", "--preserve-config", "eve-dev");
      const preview = await world.doksEnvJson<PreviewData>("preview", "eve-dev");
      expect(preview.isNew).toBe(true);
      expect(preview.changes).toContainEqual(
        expect.objectContaining({ operation: "create", type: "kubernetes:core/v1:Namespace" }),
      );
      // Nodes of $24 and $12 a month of 672 hours; of CPU the quota is most.
      expect(preview.pricePerHourUsd.after).toBeCloseTo(((4 * 24 + 12) / 672) * (2 / 8.5), 3);
      expect(await world.kubectl(HOST, "get", "namespaces", "-o", "name")).not.toContain("eve");
    },
    4 * MINUTES,
  );
});

describe("two environments on it", () => {
  it(
    "come up at the same time",
    async () => {
      const tree = writeTenantTree(join(world.folder, "shop"), {
        loadBalancer: true,
        volume: true,
      });
      const both = await Promise.all([up("alice-dev", tree), up("bob-dev", tree)]);
      expect(both.map(({ environment }) => environment)).toMatchObject([
        { state: "up", placement: "namespace", hostStack: HOST, namespace: "alice-dev" },
        { state: "up", placement: "namespace", hostStack: HOST, namespace: "bob-dev" },
      ]);
      const { clusters, loadBalancers, volumes } = await world.api.holdings();
      expect({ clusters, balancers: loadBalancers.length, volumes: volumes.length }).toEqual({
        clusters: [HOST],
        balancers: 2,
        volumes: 2,
      });
      apiServer = await ApiServer.of(world, both[0].environment.clusterId ?? "");
    },
    5 * MINUTES,
  );

  it(
    "cost their quotas' share of the nodes, and are listed apart from their host",
    async () => {
      const { environments } = await world.doksEnvJson<ListData>("list");
      const share = ((4 * 24 + 12) / 672) * (2 / 8.5) + (15 + 5 * 0.1) / 672;
      expect(environments).toMatchObject([
        { stack: "alice-dev", placement: "namespace", pricePerHourUsd: expect.closeTo(share, 3) },
        { stack: "bob-dev", placement: "namespace", pricePerHourUsd: expect.closeTo(share, 3) },
        { stack: HOST, placement: "host", pricePerHourUsd: expect.closeTo((2 * 24 + 12) / 672, 3) },
      ]);
      const table = await world.doksEnvWell("list", "--host", HOST);
      expect(table).toMatch(/^alice-dev +alice +dev +up +active +in team-shared /m);
      expect(table).toMatch(/^team-shared +team +shared +up, protected +protected +host /m);
      // The quota controller counts after the fact.
      const quota = await until("the quota is counted", async () => {
        const { cluster } = await world.doksEnvJson<ShowData>("show", "alice-dev");
        const uses = cluster !== undefined && "quota" in cluster ? cluster.quota : [];
        return uses.some(({ resource, used }) => resource === "pods" && used === "2")
          ? uses
          : undefined;
      });
      expect(quota).toEqual(
        expect.arrayContaining([
          { resource: "pods", used: "2", hard: "6" },
          { resource: "services.loadbalancers", used: "1", hard: "1" },
        ]),
      );
      expect(await world.doksEnvWell("diagnose", "alice-dev")).toBe(
        "all 2 workloads of namespace alice-dev are ready\n",
      );
    },
    2 * MINUTES,
  );
});

describe("alice", () => {
  beforeAll(async () => {
    const { file = "" } = await world.doksEnvJson<KubeconfigData>(
      ...["kubeconfig", "alice-dev", "--developer"],
    );
    const exec = async (path: string) =>
      world.runWell(
        ...(["kubectl", "--kubeconfig", file, "config", "view", "--minify"] as const),
        ...["-o", `jsonpath={.users[0].user.exec.${path}}`],
      );
    const args = JSON.parse(await exec("args")) as string[];
    const credential = JSON.parse(await world.runWell("node", ...args)) as {
      status: { token: string; expirationTimestamp: string };
    };
    const { token, expirationTimestamp } = credential.status;
    const lifetimeMs = Date.parse(expirationTimestamp) - Date.now();
    expect(lifetimeMs).toBeGreaterThan(0);
    expect(lifetimeMs).toBeLessThanOrEqual(61 * MINUTES);
    alice = { token };
  }, MINUTES);

  /** Rows of the table that the API server judges otherwise than expected, for both ways to be alice. */
  async function misjudged(attempts: readonly Attempt[], expected: boolean): Promise<Attempt[]> {
    const verdicts = await Promise.all(
      attempts.map((attempt) =>
        Promise.all([alice, { as: DEVELOPER }].map((caller) => apiServer.allows(caller, attempt))),
      ),
    );
    return attempts.filter((_, index) => verdicts[index]?.some((verdict) => verdict !== expected));
  }
  const inNamespace = (rows: readonly [string, string][], namespace: string) =>
    rows.map(([verb, resource]) => ({ verb, resource, namespace }));

  it(
    "may work in her namespace",
    async () => {
      expect(await misjudged(inNamespace(RIGHTS.may, "alice-dev"), true)).toEqual([]);
    },
    2 * MINUTES,
  );

  it(
    "may not remove its limits or grant rights",
    async () => {
      expect(await misjudged(inNamespace(RIGHTS.mayNot, "alice-dev"), false)).toEqual([]);
    },
    2 * MINUTES,
  );

  it.each(["bob-dev", "default", "kube-system"])(
    "may do none of that in %s",
    async (namespace) => {
      const all = inNamespace([...RIGHTS.may, ...RIGHTS.mayNot], namespace);
      expect(await misjudged(all, false)).toEqual([]);
    },
    2 * MINUTES,
  );

  it(
    "may do nothing cluster-wide",
    async () => {
      const all = RIGHTS.clusterWide.map(([verb, resource]) => ({ verb, resource }));
      expect(await misjudged(all, false)).toEqual([]);
    },
    2 * MINUTES,
  );

  const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "hers" } };
  const core = (namespace: string, rest: string) => `/api/v1/namespaces/${namespace}${rest}`;

  const claiming = (name: string) => ({ metadata: { annotations: { [name]: "bobs" } } });
  const LOAD_BALANCER_ID = "kubernetes.digitalocean.com/load-balancer-id";
  const LOAD_BALANCER_NAME = "service.beta.kubernetes.io/do-loadbalancer-name";

  it.each<[number, string, string, object?]>([
    [200, "GET", core("alice-dev", "/pods")],
    [201, "POST", core("alice-dev", "/configmaps"), configMap],
    [200, "DELETE", core("alice-dev", "/configmaps/hers")],
    [200, "GET", core("alice-dev", "/resourcequotas/environment")],
    [200, "PATCH", core("alice-dev", "/services/web"), { metadata: { labels: { mine: "yes" } } }],
    [403, "PATCH", core("alice-dev", "/services/web"), claiming(LOAD_BALANCER_ID)],
    [403, "PATCH", core("alice-dev", "/services/api"), claiming(LOAD_BALANCER_NAME)],
    [
      403,
      "POST",
      core("alice-dev", "/services"),
      {
        metadata: { name: "thief", annotations: { [LOAD_BALANCER_ID]: "bobs" } },
        spec: { type: "LoadBalancer", ports: [{ port: 80 }] },
      },
    ],
    [403, "GET", core("bob-dev", "/pods")],
    [403, "GET", core("bob-dev", "/secrets")],
    [403, "POST", core("bob-dev", "/configmaps"), configMap],
    [403, "DELETE", "/apis/apps/v1/namespaces/bob-dev/deployments/web"],
    [403, "DELETE", core("bob-dev", "")],
    [403, "DELETE", core("alice-dev", "")],
    [
      403,
      "PATCH",
      core("alice-dev", ""),
      { metadata: { labels: { "pod-security.kubernetes.io/enforce": "privileged" } } },
    ],
    [
      403,
      "PATCH",
      core("alice-dev", "/resourcequotas/environment"),
      { spec: { hard: { pods: "100" } } },
    ],
    [403, "DELETE", core("alice-dev", "/limitranges/environment")],
    [403, "DELETE", "/apis/networking.k8s.io/v1/namespaces/alice-dev/networkpolicies/environment"],
    [403, "POST", core("alice-dev", "/serviceaccounts/developer/token"), { spec: {} }],
    [403, "GET", "/api/v1/nodes"],
    [403, "GET", "/api/v1/namespaces"],
    [403, "GET", "/api/v1/secrets"],
    [403, "GET", "/api/v1/nodes/team-shared-base/proxy/pods"],
  ])("gets %i for %s %s", async (...row) => {
    // Named, a body that is left out would be taken for the callback of a test.
    const [status, method, path, body] = row;
    expect(await apiServer.ask(alice, method, path, body)).toMatchObject({ status });
  });

  it.each<[string, object, object, RegExp]>([
    ["hostPath", { volumes: [{ name: "node", hostPath: { path: "/" } }] }, {}, /hostPath/],
    ["hostNetwork", { hostNetwork: true }, {}, /host namespaces/],
    ["hostPID", { hostPID: true }, {}, /host namespaces/],
    ["privileged", {}, { securityContext: { privileged: true } }, /privileged/],
    ["hostPort", {}, { ports: [{ containerPort: 80, hostPort: 80 }] }, /hostPort/],
    [
      "capabilities",
      {},
      { securityContext: { capabilities: { add: ["SYS_ADMIN"] } } },
      /capabilities/,
    ],
    ["system priority", { priorityClassName: "system-node-critical" }, {}, /pods\/priorities/],
  ])("is refused a pod with %s", async (name, spec, container, why) => {
    const { metadata, spec: pod } = podTemplate("rogue", spec, container) as {
      metadata: object;
      spec: object;
    };
    const body = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { ...metadata, name: "rogue" },
      spec: pod,
    };
    const path = core("alice-dev", "/pods");
    const { status, text } = await apiServer.ask(alice, "POST", path, body);
    expect({ name, status, text }).toEqual({ name, status: 403, text: expect.stringMatching(why) });
  });

  it(
    "cannot exceed her quota, and bob's stays available",
    async () => {
      const before = await whole("bob-dev");
      const scale = "/apis/apps/v1/namespaces/alice-dev/deployments/web/scale";
      const scaled = (replicas: number) =>
        apiServer.ask(alice, "PATCH", scale, { spec: { replicas } });
      expect(await scaled(50)).toMatchObject({ status: 200 });
      interface Sets {
        readonly items: readonly {
          readonly status: { readonly conditions?: readonly { readonly message?: string }[] };
        }[];
      }
      await until("its quota stops it", async () => {
        const { items } = await apiServer.read<Sets>(
          "/apis/apps/v1/namespaces/alice-dev/replicasets",
        );
        const said = items.flatMap(({ status }) => status.conditions ?? []);
        return said.some(({ message = "" }) => /exceeded quota: environment/.test(message))
          ? true
          : undefined;
      });
      expect(await podsOf("alice-dev")).toHaveLength(QUOTA.pods);

      expect(await whole("bob-dev")).toEqual(before);
      expect((await podsOf("bob-dev")).map(({ status }) => status.phase)).toEqual([
        "Running",
        "Running",
      ]);
      const bobs = { as: "system:serviceaccount:bob-dev:developer" };
      const bobsScale = "/apis/apps/v1/namespaces/bob-dev/deployments/web/scale";
      await apiServer.ask(bobs, "PATCH", bobsScale, { spec: { replicas: 3 } });
      await until("bob has two more", async () => {
        const pods = await podsOf("bob-dev");
        return pods.filter(({ status }) => status.phase === "Running").length === 4
          ? true
          : undefined;
      });
      await scaled(1);
      await apiServer.ask(bobs, "PATCH", bobsScale, { spec: { replicas: 1 } });
    },
    3 * MINUTES,
  );
});

describe("a rogue tree", () => {
  const pod = (spec: object, container: object = {}) =>
    deployment("rogue", podTemplate("rogue", spec, container));
  const binding = (kind: string) => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind,
    metadata: { name: "rogue" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "ServiceAccount", name: "default", namespace: "mallory-dev" }],
  });

  it.each<[string, object, RegExp]>([
    ["hostPath", pod({ volumes: [{ name: "n", hostPath: { path: "/" } }] }), /hostPath/],
    ["a privileged container", pod({}, { securityContext: { privileged: true } }), /privileged/],
    ["hostNetwork", pod({ hostNetwork: true }), /hostNetwork/],
    ["a ClusterRoleBinding to cluster-admin", binding("ClusterRoleBinding"), /cluster-wide/],
    ["a RoleBinding to cluster-admin", binding("RoleBinding"), /cluster-admin/],
    [
      "a foreign namespace in its objects",
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata: { name: "rogue" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
        subjects: [{ kind: "ServiceAccount", name: "spy", namespace: "bob-dev" }],
      },
      /bob-dev/,
    ],
    [
      "a PersistentVolume",
      { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "rogue" }, spec: {} },
      /PersistentVolume\/.*cluster-wide/,
    ],
    [
      "a webhook for everybody",
      {
        apiVersion: "admissionregistration.k8s.io/v1",
        kind: "ValidatingWebhookConfiguration",
        metadata: { name: "rogue" },
        webhooks: [],
      },
      /cluster-wide/,
    ],
    [
      "a quota of its own",
      { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "rogue" }, spec: {} },
      /ResourceQuota/,
    ],
  ])(
    "with %s is refused before anything is created",
    async (name, object, why) => {
      const tree = writeTenantTree(join(world.folder, `rogue-${name.replaceAll(" ", "-")}`), {
        more: [object],
      });
      const { exitCode, output } = await world.doksEnv(["up", "mallory-dev", ...living(tree)]);
      expect({ exitCode, output }).toEqual({ exitCode: 1, output: expect.stringMatching(why) });
      expect(await world.kubectl(HOST, "get", "ns", "-o", "name")).not.toContain("mallory");
      expect((await world.doksEnvJson<ListData>("list")).environments).toHaveLength(3);
    },
    MINUTES,
  );

  it(
    "with another namespace on its objects is deployed into its own",
    async () => {
      const before = await whole("bob-dev");
      const config = {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "stray", namespace: "bob-dev" },
      };
      const tree = writeTenantTree(join(world.folder, "stray"), { more: [config] });
      await up("mallory-dev", tree);
      const path = "jsonpath={.items[?(@.metadata.name=='stray')].metadata.namespace}";
      expect(await world.kubectl(HOST, "get", "configmaps", "-A", "-o", path)).toBe("mallory-dev");
      expect(await whole("bob-dev")).toEqual(before);
      await world.doksEnvJson<DownData>("down", "mallory-dev", "--yes");
    },
    3 * MINUTES,
  );
});

describe("an environment of one service", () => {
  it(
    "uses the other services of its baseline",
    async () => {
      const tree = join(world.folder, "shop");
      const part = ["--set", 'services=["web"]', "--set", "baseline=alice-dev"];
      await up("carl-dev", tree, ...part);
      const path = "jsonpath={.items[*].metadata.name}";
      expect(await world.kubectl(HOST, "get", "deploy", "-n", "carl-dev", "-o", path)).toBe("web");
      const api = "jsonpath={.spec.type} {.spec.externalName}";
      expect(await world.kubectl(HOST, "get", "svc", "api", "-n", "carl-dev", "-o", api)).toMatch(
        /^ExternalName api\.alice-dev\.svc\.cluster\.local\.?$/,
      );
    },
    3 * MINUTES,
  );

  it(
    "prevents its baseline's teardown",
    async () => {
      expect(await world.doksEnvResult("down", "alice-dev", "--yes")).toMatchObject({
        exitCode: 1,
        data: { message: expect.stringContaining("carl-dev uses its services") },
      });
      expect((await podsOf("alice-dev")).length).toBeGreaterThan(0);
      await world.doksEnvJson<DownData>("down", "carl-dev", "--yes");
    },
    2 * MINUTES,
  );
});

describe("taking down", () => {
  it(
    "a shared cluster with tenants is not taken down: doks-env lists them, plain pulumi respects its protection",
    async () => {
      const refused = await world.doksEnvResult<{ message: string }>("down", HOST, "--yes");
      expect(refused).toMatchObject({
        exitCode: 1,
        data: {
          message: `others depend on "${HOST}":\n  - alice-dev lives on its cluster\n  - bob-dev lives on its cluster`,
          fix: "take them down first: doks-env down alice-dev",
        },
      });
      const plain = await world.pulumi(["destroy", "--yes", "--stack", HOST]);
      expect(plain.exitCode).not.toBe(0);
      expect(plain.output).toContain("protected");
      expect((await podsOf("bob-dev")).length).toBeGreaterThan(0);
    },
    2 * MINUTES,
  );

  it(
    "an environment reports what blocks its namespace, is deleted completely, and leaves the other unchanged",
    async () => {
      const before = await whole("alice-dev");
      const held = { metadata: { name: "held", finalizers: ["example.com/hold"] } };
      const bobs = { as: "system:serviceaccount:bob-dev:developer" };
      const configMaps = "/api/v1/namespaces/bob-dev/configmaps";
      expect(await apiServer.ask(bobs, "POST", configMaps, held)).toEqual({
        status: 403,
        text: expect.stringContaining("rule finalizers/held"),
      });
      await apiServer.ask(apiServer.administrator, "POST", configMaps, held);
      const down = world.startDoksEnv(["down", "bob-dev", "--yes", "--json"]);
      await down.says(/waits for configmaps\/held \(finalizer example\.com\/hold\)/);
      await world.kubectl(
        ...([HOST, "patch", "configmap", "held", "-n", "bob-dev", "--type", "merge"] as const),
        ...["--patch", '{"metadata":{"finalizers":null}}'],
      );
      const { exitCode, stdout } = await down.finished;
      expect({ exitCode, data: JSON.parse(stdout) as DownData }).toMatchObject({
        exitCode: 0,
        data: { gone: true, left: [], sharedCluster: { namespace: "bob-dev", gone: false } },
      });
      const { loadBalancers, volumes } = await world.api.holdings();
      expect({ balancers: loadBalancers.length, volumes: volumes.length }).toEqual({
        balancers: 1,
        volumes: 1,
      });
      expect(await whole("alice-dev")).toEqual(before);
      expect(await world.kubectl(HOST, "get", "ns", "-o", "name")).not.toContain("bob-dev");
    },
    4 * MINUTES,
  );

  it(
    "works when the shared cluster is gone, also for its host",
    async () => {
      const id = await world.output(HOST, "clusterId");
      await world.api.request(
        "DELETE",
        `/v2/kubernetes/clusters/${id}/destroy_with_associated_resources/dangerous`,
      );
      const data = await world.doksEnvJson<DownData>("down", "alice-dev", "--yes");
      expect(data).toMatchObject({ gone: true, left: [], sharedCluster: { id, gone: true } });
      await world.doksEnvWell("unprotect", HOST);
      await world.doksEnvJson<DownData>("down", HOST, "--yes");
      expect(await world.api.holdings()).toEqual(EMPTY);
      expect((await world.doksEnvJson<ListData>("list")).environments).toEqual([]);
    },
    4 * MINUTES,
  );
});
