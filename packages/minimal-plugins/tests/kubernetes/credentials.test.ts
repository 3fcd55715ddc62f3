import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubernetesPlugin, resource } from "./support/kubernetes-plugin";
import { withCluster } from "./support/shared-cluster";

const shared = withCluster();
const folder = mkdtempSync(join(tmpdir(), "kubernetes-credentials-"));
const CONFIG_MAP = resource("core/v1:ConfigMap");

afterAll(() => rmSync(folder, { recursive: true }));

/** The program adds a line to `calls` each time and prints what `credential.json` says. */
const PROGRAM = `
const { appendFileSync, readFileSync } = require("node:fs");
const [folder] = process.argv.slice(2);
const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
appendFileSync(folder + "/calls", process.cwd() + " " + info.kind + " " + process.env.GREETING + "\\n");
process.stdout.write(readFileSync(folder + "/credential.json"));
`;

beforeAll(() => writeFileSync(join(folder, "program.js"), PROGRAM));
beforeEach(() => writeFileSync(join(folder, "calls"), ""));

function calls(): string[] {
  return readFileSync(join(folder, "calls"), "utf8").split("\n").slice(0, -1);
}

function giveOut(status: object, apiVersion = "client.authentication.k8s.io/v1"): void {
  const credential = { apiVersion, kind: "ExecCredential", status };
  writeFileSync(join(folder, "credential.json"), JSON.stringify(credential));
}

function kubeconfigWithProgram(apiVersion = "client.authentication.k8s.io/v1"): string {
  const config = JSON.parse(shared.current.kubeconfig) as { users: object[] };
  const exec = {
    apiVersion,
    interactiveMode: "Never",
    command: process.execPath,
    args: [join(folder, "program.js"), folder],
    env: [{ name: "GREETING", value: "hello" }],
  };
  return JSON.stringify({ ...config, users: [{ name: "test", user: { exec } }] });
}

async function createOne(plugin: KubernetesPlugin, name: string): Promise<string> {
  const inputs = { apiVersion: "v1", kind: "ConfigMap", metadata: { name } };
  return (await plugin.create(CONFIG_MAP, inputs)).id;
}

test("a credential is fetched once, in the working directory, and kept", async () => {
  giveOut({ token: shared.current.cluster.adminToken });
  const plugin = await KubernetesPlugin.configured({ kubeconfig: kubeconfigWithProgram() });
  await Promise.all(["a", "b", "c"].map((name) => createOne(plugin, name)));
  plugin.stop();
  expect(calls()).toEqual([`${process.cwd()} ExecCredential hello`]);
});

test("an expired one is fetched again", async () => {
  const expirationTimestamp = new Date(Date.now() - 1000).toISOString();
  giveOut({ token: shared.current.cluster.adminToken, expirationTimestamp });
  const plugin = await KubernetesPlugin.configured({ kubeconfig: kubeconfigWithProgram() });
  const before = calls().length;
  await createOne(plugin, "d");
  plugin.stop();
  expect(calls().length).toBeGreaterThan(before);
});

test("one that the server refuses fails once, and is fetched again", async () => {
  const { cloud } = shared.current.cluster;
  const first = cloud.addUser("first@example.com", ["k8saas:authenticated"]);
  giveOut({ token: first });
  const plugin = await KubernetesPlugin.configured({ kubeconfig: kubeconfigWithProgram() });
  await createOne(plugin, "e");
  cloud.users.delete(first);
  giveOut({ token: cloud.addUser("second@example.com", ["k8saas:authenticated"]) });
  // The API server itself remembers for a while whom it let in.
  await expectRefused(first);
  await expect(createOne(plugin, "f")).rejects.toThrow(/[Uu]nauthorized/);
  expect(await createOne(plugin, "f")).toBe("default/f");
  plugin.stop();
  expect(calls()).toHaveLength(2);
}, 60_000);

test("the older version of the protocol works, too", async () => {
  const version = "client.authentication.k8s.io/v1beta1";
  giveOut({ token: shared.current.cluster.adminToken }, version);
  const plugin = await KubernetesPlugin.configured({ kubeconfig: kubeconfigWithProgram(version) });
  expect(await createOne(plugin, "g")).toBe("default/g");
  plugin.stop();
});

test("a program that prints no credential makes the cluster unreachable, without showing a token", async () => {
  giveOut({ tokem: "hunter2" });
  const plugin = await KubernetesPlugin.configured({ kubeconfig: kubeconfigWithProgram() });
  const failure = await createOne(plugin, "h").catch((error: Error) => error.message);
  plugin.stop();
  expect(failure).toMatch(/unreachable/);
  expect(failure).not.toContain("hunter2");
});

async function expectRefused(token: string): Promise<void> {
  const client = shared.current.cluster.client(token);
  const deadline = Date.now() + 30_000;
  while ((await client.status("/api/v1/namespaces")) !== 401) {
    expect(Date.now()).toBeLessThan(deadline);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
