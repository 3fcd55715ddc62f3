import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PropertyMap, Secret, UNKNOWN } from "../../protocol/properties";
import { KubernetesPlugin, OFFICIAL, resource } from "./support/kubernetes-plugin";
import { kubeconfigOf } from "./support/shared-cluster";

/** Nothing listens there: port 1 is reserved. */
const NOBODY = "https://127.0.0.1:1";
const CONFIG_MAP = resource("core/v1:ConfigMap");
const INPUTS = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a", namespace: "default" },
};

const plugins: KubernetesPlugin[] = [];
const folder = mkdtempSync(join(tmpdir(), "kubernetes-config-"));

afterAll(() => {
  for (const plugin of plugins) {
    plugin.stop();
  }
  rmSync(folder, { recursive: true });
});

async function started(): Promise<KubernetesPlugin> {
  const plugin = await KubernetesPlugin.start(folder);
  plugins.push(plugin);
  return plugin;
}

async function configured(args: Parameters<KubernetesPlugin["configure"]>[0]) {
  const plugin = await started();
  await plugin.configure(args);
  return plugin;
}

describe("a change of configuration", () => {
  const one = kubeconfigOf("https://127.0.0.1:1111", "ca", "token");
  const other = kubeconfigOf("https://127.0.0.1:2222", "ca", "token");
  const renewed = kubeconfigOf("https://127.0.0.1:1111", "ca", "another token");

  test.each<[string, PropertyMap, PropertyMap, string[]]>([
    ["another cluster replaces", { kubeconfig: one }, { kubeconfig: other }, ["kubeconfig"]],
    ["another credential does not", { kubeconfig: one }, { kubeconfig: renewed }, []],
    [
      "a cluster not known yet replaces",
      { kubeconfig: one },
      { kubeconfig: UNKNOWN },
      ["kubeconfig"],
    ],
    [
      "the same identifier keeps the provider, whatever the kubeconfig",
      { kubeconfig: one, clusterIdentifier: "a" },
      { kubeconfig: UNKNOWN, clusterIdentifier: "a" },
      [],
    ],
    [
      "another identifier replaces",
      { kubeconfig: one, clusterIdentifier: "a" },
      { kubeconfig: one, clusterIdentifier: "b" },
      ["clusterIdentifier"],
    ],
    [
      "an identifier that is added does not",
      { kubeconfig: one },
      { kubeconfig: one, clusterIdentifier: "a" },
      [],
    ],
    ["other settings do not", { kubeconfig: one }, { kubeconfig: one, namespace: "x" }, []],
    [
      "a secret kubeconfig is compared like any other",
      { kubeconfig: new Secret(one) },
      { kubeconfig: new Secret(renewed) },
      [],
    ],
  ])("%s", async (_, olds, news, replacing) => {
    const plugin = await started();
    expect(await plugin.diffConfig(olds, news)).toEqual(replacing);
  });
});

describe("a cluster that cannot be reached", () => {
  const kubeconfig = kubeconfigOf(NOBODY, "", "token");

  test("a preview continues", async () => {
    const plugin = await configured({ kubeconfig });
    const inputs = await plugin.check(CONFIG_MAP, { ...INPUTS, metadata: { name: "a" } });
    expect(inputs).toEqual(INPUTS);
    const { state } = await plugin.create(CONFIG_MAP, inputs, { preview: true });
    expect(state).toEqual(inputs);
  });

  test("nothing is created or deleted, and a read proposes a fix", async () => {
    const plugin = await configured({ kubeconfig });
    await expect(plugin.create(CONFIG_MAP, INPUTS)).rejects.toThrow(/unreachable/);
    await expect(plugin.delete(CONFIG_MAP, "default/a", INPUTS)).rejects.toThrow(
      /PULUMI_K8S_DELETE_UNREACHABLE/,
    );
    await expect(plugin.read(CONFIG_MAP, "default/a", INPUTS, INPUTS)).rejects.toThrow(
      /failed to read resource state due to unreachable cluster.*PULUMI_K8S_DELETE_UNREACHABLE/,
    );
    expect(plugin.messages.join()).toMatch(/unreachable/);
  });

  test("its objects count as deleted with deleteUnreachable", async () => {
    const plugin = await configured({ kubeconfig, deleteUnreachable: "true" });
    expect((await plugin.read(CONFIG_MAP, "default/a", INPUTS, INPUTS)).id).toBe("");
    await expect(plugin.delete(CONFIG_MAP, "default/a", INPUTS)).resolves.toBeUndefined();
  });

  test("its objects count as unchanged with skipUpdateUnreachable", async () => {
    const plugin = await configured({ kubeconfig, skipUpdateUnreachable: "true" });
    const read = await plugin.read(CONFIG_MAP, "default/a", INPUTS, INPUTS);
    expect(read).toEqual({ id: "default/a", state: INPUTS, inputs: INPUTS });
    const news = { ...INPUTS, data: { a: "1" } };
    expect(await plugin.check(CONFIG_MAP, news, INPUTS)).toEqual(INPUTS);
  });
});

describe("functions", () => {
  beforeAll(() => {
    const kustomization = "namePrefix: my-\nresources: [config.yaml]\n";
    const manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {mode: '0644'}\n";
    writeFileSync(join(folder, "kustomization.yaml"), kustomization);
    writeFileSync(join(folder, "config.yaml"), manifest);
  });

  test("a kustomization is rendered without any cluster", async () => {
    const plugin = await configured({ kubeconfig: "apiVersion: v1\nkind: Config\n" });
    const { result } = await plugin.invoke("kubernetes:kustomize:directory", { directory: folder });
    expect(result).toEqual([
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "my-a" }, data: { mode: "0644" } },
    ]);
  });

  test("a failed build is an error with kustomize's message", async () => {
    const plugin = await configured({ kubeconfig: "{}" });
    const broken = join(folder, "broken");
    mkdirSync(broken);
    writeFileSync(join(broken, "kustomization.yaml"), "resources: [nowhere.yaml]\n");
    await expect(
      plugin.invoke("kubernetes:kustomize:directory", { directory: broken }),
    ).rejects.toThrow(/nowhere\.yaml/);
  });

  test("YAML is read as Kubernetes reads it", async () => {
    const plugin = await configured({ kubeconfig: "{}" });
    const text = [
      "apiVersion: v1",
      "kind: Pod",
      "metadata: {name: a}",
      "mode: 0644",
      "yes: on",
      "day: 2020-01-01",
      "---",
      "# empty",
      "---",
      "just: data",
    ].join("\n");
    const { result } = await plugin.invoke("kubernetes:yaml:decode", {
      text,
      defaultNamespace: "x",
    });
    expect(result).toEqual([
      expect.objectContaining({
        metadata: { name: "a", namespace: "x" },
        mode: 420,
        day: "2020-01-01",
      }),
    ]);
  });
});

const onlyMinimal = OFFICIAL ? describe.skip : describe;

onlyMinimal("the minimal plugin's limits", () => {
  test.each(["https://192.0.2.7:6443", "https://cluster.k8s.ondigitalocean.com"])(
    "it refuses %s",
    async (server) => {
      const plugin = await started();
      await expect(
        plugin.configure({ kubeconfig: kubeconfigOf(server, "", "token") }),
      ).rejects.toThrow(/minimal stand-in.*\n.*pulumi plugin install resource kubernetes/);
    },
  );

  test("it refuses unsupported settings", async () => {
    const plugin = await started();
    expect(await plugin.checkConfig({ renderYamlToDirectory: "out" })).toEqual([
      "renderYamlToDirectory",
    ]);
    expect(await plugin.checkConfig({ enableServerSideApply: "false" })).toEqual([
      "enableServerSideApply",
    ]);
    expect(await plugin.checkConfig({ kubeconfig: UNKNOWN })).toEqual([]);
  });

  test("it refuses Helm releases and unknown functions", async () => {
    const plugin = await configured({ kubeconfig: "{}" });
    await expect(plugin.check(resource("helm.sh/v3:Release"), { chart: "x" })).rejects.toThrow(
      /pulumi plugin install/,
    );
    await expect(plugin.invoke("kubernetes:helm:template", {})).rejects.toThrow(/helm:template/);
  });
});
