import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import type { ClusterNode, Diagnosis, Workload } from "../../cli/cluster/diagnosis";
import type { ApiClient } from "../../packages/emulator/kubernetes/api/client";
import { eventually } from "../../packages/emulator/tests/kubernetes/support/eventually";
import {
  loadBalancerService,
  podTemplate,
} from "../../packages/emulator/tests/kubernetes/support/manifests";
import {
  START_TIMEOUT_MS,
  TestCluster,
} from "../../packages/emulator/tests/kubernetes/support/test-cluster";
import { withProxy } from "../helpers/proxy";
import { run } from "./support/run";

/*
 * What the product says of workloads that fail, read from a real control plane through the real client library. The
 * pods' failures are the emulator's; what the scheduler, the controllers and admission say is Kubernetes' own.
 */

const ROOT = join(__dirname, "../..");
const NAMESPACE = "shop";
const IMAGE = "registry.example.com/main:1";
/** The file in which an exec plugin counts its runs. */
const RUNS = "runs";
const SIMULATE = "digitalocean-emulator/simulate";

interface Fault {
  readonly fault: { readonly name: string; readonly message: string; readonly fix: string };
}

interface Found {
  readonly diagnosis: Diagnosis;
  readonly workloads: readonly Workload[];
  readonly nodes: readonly ClusterNode[] | Fault;
}

jest.setTimeout(2 * START_TIMEOUT_MS);

let folder: string;
let cluster: TestCluster;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "diagnose-"));
  // Packages stay outside of the bundle, as in the product's own: packages/toolchain/bundle.js.
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  buildSync({
    entryPoints: [join(__dirname, "support/run-diagnosis.ts")],
    outfile: join(folder, "run-diagnosis.js"),
    bundle: true,
    packages: "external",
    platform: "node",
    target: "node20",
    format: "cjs",
  });
  cluster = await TestCluster.start();
  await createShop(cluster.client());
});

afterAll(async () => {
  await cluster?.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** A namespace with bounds as the product sets them, and one workload for each way to fail. */
async function createShop(client: ApiClient): Promise<void> {
  const create = (path: string, objects: readonly object[]) =>
    Promise.all(objects.map((object) => client.create(path, object)));
  const labels = { "pod-security.kubernetes.io/enforce": "baseline" };
  await client.create("/api/v1/namespaces", { metadata: { name: NAMESPACE, labels } });
  await create(`/api/v1/namespaces/${NAMESPACE}/limitranges`, [
    {
      metadata: { name: "environment" },
      spec: { limits: [{ type: "Container", defaultRequest: { cpu: "10m", memory: "16Mi" } }] },
    },
  ]);
  await create(`/api/v1/namespaces/${NAMESPACE}/resourcequotas`, [
    { metadata: { name: "environment" }, spec: { hard: { "requests.cpu": "10" } } },
  ]);
  const simulated = (app: string, failure: string) => ({
    metadata: { labels: { app }, annotations: { [SIMULATE]: failure } },
  });
  const asking = (cpu: string) => ({ resources: { requests: { cpu } } });
  await create(`/apis/apps/v1/namespaces/${NAMESPACE}/deployments`, [
    deployment("well", podTemplate("well")),
    deployment("pulling", podTemplate("pulling", simulated("pulling", "image-pull-failure")), 2),
    deployment("crashing", podTemplate("crashing", simulated("crashing", "crash"))),
    deployment(
      "silent",
      podTemplate("silent", {
        ...simulated("silent", "never-ready"),
        container: { readinessProbe: { httpGet: { path: "/healthz", port: 8080 } } },
      }),
    ),
    deployment("large", podTemplate("large", { container: asking("8") })),
    deployment(
      "privileged",
      podTemplate("privileged", { container: { securityContext: { privileged: true } } }),
    ),
  ]);
  // What asks for less comes later, so that it is known who is refused.
  await eventually(
    () =>
      client.get<{ status: { used?: Record<string, string> } }>(
        `/api/v1/namespaces/${NAMESPACE}/resourcequotas/environment`,
      ),
    ({ status }) => /^80\d\dm$/.test(status.used?.["requests.cpu"] ?? ""),
  );
  await create(`/apis/apps/v1/namespaces/${NAMESPACE}/statefulsets`, [
    deployment("greedy", podTemplate("greedy", { container: asking("4") })),
  ]);
  await create(`/apis/batch/v1/namespaces/${NAMESPACE}/jobs`, [
    {
      metadata: { name: "migrate" },
      spec: {
        backoffLimit: 0,
        template: podTemplate("migrate", {
          ...simulated("migrate", "crash"),
          spec: { restartPolicy: "Never" },
        }),
      },
    },
  ]);
  await create(`/api/v1/namespaces/${NAMESPACE}/services`, [
    loadBalancerService("well", 18_080),
    loadBalancerService("pulling", 18_081),
    { metadata: { name: "lost" }, spec: { selector: { app: "lots" }, ports: [{ port: 80 }] } },
  ]);
  await create(`/apis/gateway.networking.k8s.io/v1/namespaces/${NAMESPACE}/gateways`, [
    {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "Gateway",
      metadata: { name: "edge" },
      spec: {
        gatewayClassName: "istio",
        listeners: [{ name: "http", port: 80, protocol: "HTTP" }],
      },
    },
  ]);
  await create(`/api/v1/namespaces/${NAMESPACE}/persistentvolumeclaims`, [
    {
      metadata: { name: "fast" },
      spec: {
        storageClassName: "fast",
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: "1Gi" } },
      },
    },
  ]);
}

function deployment(name: string, template: object, replicas = 1): object {
  return {
    metadata: { name },
    spec: { replicas, selector: { matchLabels: { app: name } }, template },
  };
}

/**
 * A kubeconfig whose credential comes from an exec plugin: a program of node, which leaves a trace of each run.
 *
 * @param more - of the cluster's entry
 */
function kubeconfig(program: string, server = cluster.endpoint, more: object = {}): string {
  const file = join(folder, "kubeconfig.json");
  const trace = `require("fs").appendFileSync(${JSON.stringify(RUNS)}, "x")`;
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1",
    interactiveMode: "Never",
    command: process.execPath,
    args: ["-e", `${trace}; ${program}`],
  };
  const ca = Buffer.from(cluster.ca).toString("base64");
  const document = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster: { server, "certificate-authority-data": ca, ...more } }],
    users: [{ name: "test", user: { exec } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
    "current-context": "test",
  };
  writeFileSync(file, JSON.stringify(document), { mode: 0o600 });
  return file;
}

/** The program of an exec plugin that has a token. */
function giving(token: string): string {
  const credential = {
    apiVersion: "client.authentication.k8s.io/v1",
    kind: "ExecCredential",
    status: { token, expirationTimestamp: new Date(Date.now() + 3_600_000).toISOString() },
  };
  return `process.stdout.write(${JSON.stringify(JSON.stringify(credential))})`;
}

async function ask(file: string, env: NodeJS.ProcessEnv = {}): Promise<Found & Fault> {
  rmSync(join(folder, RUNS), { force: true });
  const { exitCode, output, stdout } = await run(
    process.execPath,
    [join(folder, "run-diagnosis.js"), file, NAMESPACE, "alice-dev"],
    { cwd: folder, env: { PATH: process.env.PATH, ...env } },
  );
  expect([exitCode, output]).toEqual([0, stdout]);
  return JSON.parse(stdout) as Found & Fault;
}

const headlines = ({ findings }: Diagnosis) =>
  findings.map(({ kind, name, state, reason }) => `${state}: ${kind} ${name}, ${reason}`);

describe("diagnosis of a cluster", () => {
  test("reports each failing workload with its cause, events and logs", async () => {
    const file = kubeconfig(giving(cluster.adminToken));
    const expected = [
      "failed: PersistentVolumeClaim fast, ProvisioningFailed",
      "failed: Deployment crashing, CrashLoopBackOff",
      "failed: Deployment large, Unschedulable",
      "failed: Deployment privileged, PodSecurity",
      "failed: Deployment pulling, ImagePullBackOff",
      "failed: StatefulSet greedy, QuotaExceeded",
      "failed: Job migrate, Error",
      "failed: Service lost, NoPods",
      "failed: Gateway edge, NoController",
      "progressing: Deployment silent, Unhealthy",
    ];
    const listed = [
      "crashing 0/1 failed",
      "large 0/1 failed",
      "privileged 0/1 failed",
      "pulling 0/2 failed",
      "silent 0/1 progressing",
      "well 1/1 ready",
      "greedy 0/1 failed",
      "migrate 0/1 failed",
    ];
    const lines = ({ workloads }: Found) =>
      workloads.map(({ name, ready, desired, state }) => `${name} ${ready}/${desired} ${state}`);
    // A Job is marked as failed some time after its last pod has failed.
    const { diagnosis, nodes } = await eventually(
      () => ask(file),
      (found) =>
        headlines(found.diagnosis).join() === expected.join() &&
        lines(found).join() === listed.join(),
      60_000,
    );
    expect(readFileSync(join(folder, RUNS), "utf8")).toBe("x");
    expect(nodes).toMatchObject([{ size: "s-2vcpu-4gb", pool: "pool-test", ready: true }]);

    const finding = (name: string) => diagnosis.findings.find((one) => one.name === name);
    expect(finding("pulling")).toMatchObject({
      text: `2 of 2 pods: container "main" cannot pull ${IMAGE}: its registry has no such tag or repository`,
      facts: ['Service "pulling" has no ready pod'],
      likelyFix: { command: "doks-env up alice-dev --image main=<image>" },
      events: [{ reason: "Failed", count: 2 }],
      logs: [],
    });
    expect(finding("crashing")).toMatchObject({
      text: '1 of 1 pod: container "main" keeps ending with exit code 1',
      logs: [{ run: "previous", lines: expect.arrayContaining([expect.stringMatching(/./)]) }],
    });
    expect(finding("silent")?.text).toContain(
      "its readiness probe, GET :8080/healthz, fails: HTTP probe failed with statuscode: 503",
    );
    expect(finding("large")).toMatchObject({
      text: "1 of 1 pod: no node takes it: 0/1 nodes are available: 1 Insufficient cpu",
      likelyFix: { command: "doks-env up alice-dev --set nodeSize=<larger size>" },
      events: expect.arrayContaining([expect.objectContaining({ reason: "FailedScheduling" })]),
    });
    expect(finding("privileged")?.text).toBe(
      '1 of 1 pod cannot be created: Pod Security level "baseline" of the namespace refuses its pods: privileged (container "main" must not set securityContext.privileged=true)',
    );
    expect(finding("greedy")).toMatchObject({
      text: expect.stringMatching(/ used up: requests\.cpu 80\d\dm of 10 used, 4 more requested$/),
      likelyFix: { command: "doks-env up alice-dev --set quota.cpu=<more than 10>" },
    });
    expect(finding("migrate")).toMatchObject({
      text: '1 of 1 pod: container "main" has ended with exit code 1',
      facts: ["it has failed: Job has reached the specified backoff limit"],
      logs: [{ run: "current", lines: expect.arrayContaining([expect.stringMatching(/./)]) }],
    });
    expect(finding("fast")?.text).toBe(
      'it has no volume: storageclass.storage.k8s.io "fast" not found',
    );
  });

  test("reaches a cluster through the proxy in HTTPS_PROXY", async () => {
    const port = Number(new URL(cluster.endpoint).port);
    await withProxy([], { port }, async ({ proxy, connects }) => {
      const file = kubeconfig(giving(cluster.adminToken), "https://cluster.example.com:6443", {
        "tls-server-name": "kubernetes",
      });
      const found = await ask(file, { HTTPS_PROXY: proxy });
      expect(found.fault).toBeUndefined();
      expect(found.diagnosis.workloads).not.toEqual([]);
      expect(new Set(connects.map(({ target }) => target))).toEqual(
        new Set(["cluster.example.com:6443"]),
      );
    });
  });

  test("reports to a developer everything in the namespace, and nothing outside", async () => {
    const token = cluster.cloud.addUser("bob@example.com", []);
    const apiGroup = "rbac.authorization.k8s.io";
    await cluster.client().create(`/apis/${apiGroup}/v1/namespaces/${NAMESPACE}/rolebindings`, {
      metadata: { name: "bob" },
      roleRef: { apiGroup, kind: "ClusterRole", name: "view" },
      subjects: [{ apiGroup, kind: "User", name: "bob@example.com" }],
    });
    const { diagnosis, nodes } = await eventually(
      () => ask(kubeconfig(giving(token))),
      ({ fault }) => fault === undefined,
    );
    expect(diagnosis.unread).toEqual(["Node objects may not be listed with this credential"]);
    expect(headlines(diagnosis)).toContain("failed: Deployment large, Unschedulable");
    expect(nodes).toMatchObject({ fault: { name: "ForbiddenError" } });
  });

  test.each([
    [
      "somebody who may not read it",
      () => kubeconfig(giving(cluster.cloud.addUser("eve@example.com", []))),
      /^the cluster does not allow this credential to list \w+ objects of namespace shop: .*eve@example\.com/,
    ],
    [
      "a token that the cluster does not know",
      () => kubeconfig(giving("unknown")),
      /^the cluster at \S+ does not accept the credential of its kubeconfig \(401\)$/,
    ],
    [
      "an exec plugin that fails",
      () =>
        kubeconfig(
          'process.stderr.write("the cluster is gone\\n  fix: doks-env down x\\n"); process.exit(1)',
        ),
      /^there is no credential for the cluster: the cluster is gone$/,
    ],
    [
      "a cluster that does not answer",
      () => kubeconfig(giving("any"), "https://127.0.0.1:9"),
      /^the cluster at https:\/\/127\.0\.0\.1:9 cannot be reached: .*ECONNREFUSED/,
    ],
    [
      "no kubeconfig",
      () => join(folder, "none.json"),
      /^the kubeconfig \S+none\.json cannot be used: ENOENT/,
    ],
  ])("fails with a cause and a fix for %s", async (_, file, message) => {
    const { fault } = await ask(file());
    expect(fault.message).toMatch(message);
    expect(fault.fix).toMatch(/./);
  });
});
