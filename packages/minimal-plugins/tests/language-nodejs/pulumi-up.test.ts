// A program goes up, is previewed, refreshed and destroyed with the real engine and the minimal plugins.
import { execFile } from "node:child_process";
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { TestEmulator } from "../../../emulator/tests/api/support/test-emulator";
import { bundlePlugin } from "../protocol/support/plugin-process";

jest.setTimeout(180_000);

const PROGRAM = `
  const pulumi = require("@pulumi/pulumi");
  const digitalocean = require("@pulumi/digitalocean");
  const command = require("@pulumi/command");
  const config = new pulumi.Config();

  const { latestVersion } = digitalocean.getKubernetesVersionsOutput({ versionPrefix: "1.35." });
  const cluster = new digitalocean.KubernetesCluster("blue", {
    region: "fra1",
    version: latestVersion,
    ha: false,
    destroyAllAssociatedResources: true,
    tags: ["one"],
    nodePool: { name: "default", size: "s-2vcpu-4gb", nodeCount: config.getNumber("nodes") ?? 1 },
  });
  const greeting = new command.local.Command("greeting", {
    create: pulumi.interpolate\`echo hello \${cluster.name}\`,
    environment: { TOKEN: config.requireSecret("token") },
  }, { dependsOn: cluster });

  exports.clusterId = cluster.id;
  exports.endpoint = cluster.endpoint;
  exports.kubeconfig = cluster.kubeConfigs[0].rawConfig;
  exports.greeting = greeting.stdout;
`;

/** The secret of the test's own configuration. */
const TOKEN = "s3cret-of-the-test";

const isPulumiOnPath = (process.env.PATH ?? "").split(delimiter).some((folder) => {
  try {
    accessSync(join(folder, "pulumi"), constants.X_OK);
    return true;
  } catch {
    // Not in this folder.
    return false;
  }
});
const withPulumi = isPulumiOnPath ? describe : describe.skip;

interface Event {
  readonly resourcePreEvent?: { readonly metadata: { readonly op: string; readonly type: string } };
  readonly diagnosticEvent?: { readonly severity: string; readonly message: string };
}

withPulumi("the engine (skipped when pulumi is not on PATH)", () => {
  let scratch: string;
  let project: string;
  let emulator: TestEmulator;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), "pulumi-up-"));
    const plugins = join(scratch, "plugins");
    await Promise.all([
      bundlePlugin("language-nodejs", plugins),
      bundlePlugin("digitalocean", plugins),
      bundlePlugin("command", plugins),
    ]);
    project = join(scratch, "project");
    writeProject(project);
    mkdirSync(join(scratch, "backend"));
    emulator = await TestEmulator.start();
    env = {
      ...process.env,
      PATH: `${plugins}${delimiter}${process.env.PATH ?? ""}`,
      PULUMI_HOME: join(scratch, "home"),
      PULUMI_BACKEND_URL: `file://${join(scratch, "backend")}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // The preview tells what it does in the form in which the update does.
      PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      DIGITALOCEAN_API_URL: emulator.url,
      DIGITALOCEAN_TOKEN: emulator.token,
    };
    await pulumi("stack", "init", "test");
    await pulumi("config", "set", "--secret", "token", TOKEN);
  });

  afterAll(async () => {
    await emulator.close();
    rmSync(scratch, { recursive: true, force: true });
  });

  async function pulumi(...args: string[]): Promise<string> {
    const options = { cwd: project, env, maxBuffer: 64 * 1024 * 1024 };
    return (await promisify(execFile)("pulumi", args, options)).stdout;
  }

  /** The operation on each type of resource, without those that stay the same. */
  async function changesOf(...args: string[]): Promise<string[]> {
    const events = (await pulumi(...args, "--json"))
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Event);
    return events
      .flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? [])
      .filter(({ op, type }) => op !== "same" && type !== "pulumi:pulumi:Stack")
      .map(({ op, type }) => `${op} ${type.replace(/^.*:/, "")}`)
      .sort();
  }

  async function clusterCount(): Promise<number> {
    const { body } = await emulator.get<{ kubernetes_clusters: unknown[] }>(
      "/v2/kubernetes/clusters",
    );
    return body.kubernetes_clusters.length;
  }

  test("creates a program's resources, keeps them, and destroys them", async () => {
    expect(await changesOf("up", "--yes", "--skip-preview")).toEqual([
      "create Command",
      "create KubernetesCluster",
    ]);
    const outputs = JSON.parse(await pulumi("stack", "output", "--json")) as Record<string, string>;
    const cluster = await emulator.cluster(outputs.clusterId ?? "");
    expect(cluster.name).toMatch(/^blue-[0-9a-f]{7}$/);
    expect(outputs).toMatchObject({
      endpoint: cluster.endpoint,
      // Printed by a command that had a secret in its environment.
      greeting: "[secret]",
      kubeconfig: "[secret]",
    });
    const shown = JSON.parse(await pulumi("stack", "output", "--json", "--show-secrets")) as object;
    expect(shown).toMatchObject({ greeting: `hello ${cluster.name}` });

    const state = await pulumi("stack", "export");
    expect(state).not.toContain(TOKEN);
    expect(state).not.toContain(emulator.token);
    expect(state).not.toContain("client-key-data");

    expect(await changesOf("up", "--yes", "--skip-preview")).toEqual([]);
    await pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes");

    expect(await changesOf("preview", "--config", "nodes=2")).toEqual(["update KubernetesCluster"]);
    expect(await changesOf("up", "--yes", "--skip-preview", "--config", "nodes=2")).toEqual([
      "update KubernetesCluster",
    ]);
    expect((await emulator.cluster(outputs.clusterId ?? "")).node_pools[0]?.count).toBe(2);

    expect(await changesOf("destroy", "--yes", "--skip-preview")).toEqual([
      "delete Command",
      "delete KubernetesCluster",
    ]);
    expect(await clusterCount()).toBe(0);
  });

  test("shows the API's refusal, and leaves nothing behind", async () => {
    await emulator.call("POST", "/_emulator/faults", {
      method: "POST",
      path: "/v2/kubernetes/clusters",
      status: 422,
    });
    await expect(pulumi("up", "--yes", "--skip-preview")).rejects.toMatchObject({
      stdout: expect.stringContaining(
        "Error creating Kubernetes cluster: POST http://127.0.0.1",
      ) as string,
    });
    expect(await clusterCount()).toBe(0);
  });

  test("refuses an API that is not on this machine", async () => {
    const { DIGITALOCEAN_API_URL: _, ...abroad } = env;
    const local = env;
    env = abroad;
    try {
      await expect(pulumi("preview")).rejects.toMatchObject({
        stdout: expect.stringContaining("emulator on this machine only") as string,
      });
    } finally {
      env = local;
    }
  });
});

/**
 * Links the SDKs one by one. A package manager that ran there would follow the links, so none may: nothing here
 * installs.
 */
function writeProject(directory: string): void {
  mkdirSync(join(directory, "node_modules/@pulumi"), { recursive: true });
  for (const name of ["pulumi", "digitalocean", "command"]) {
    const source = dirname(require.resolve(`@pulumi/${name}/package.json`));
    symlinkSync(source, join(directory, "node_modules/@pulumi", name));
  }
  writeFileSync(
    join(directory, "Pulumi.yaml"),
    "name: tiny\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
  );
  writeFileSync(join(directory, "package.json"), '{ "name": "tiny", "main": "index.js" }\n');
  writeFileSync(join(directory, "index.js"), PROGRAM);
}
