import { type PropertyMap, Secret, UNKNOWN } from "../../protocol/properties";
import { failureOf, KubernetesPlugin, resource } from "./support/kubernetes-plugin";
import { at } from "./support/properties";
import { withCluster } from "./support/shared-cluster";

const shared = withCluster();
let plugin: KubernetesPlugin;

beforeAll(async () => {
  plugin = await KubernetesPlugin.configured({ kubeconfig: shared.current.kubeconfig });
});
afterAll(() => plugin.stop());

const CONFIG_MAP = resource("core/v1:ConfigMap", "settings");
const SECRET = resource("core/v1:Secret", "password");
const SERVICE_ACCOUNT = resource("core/v1:ServiceAccount", "robot");
const DEPLOYMENT = resource("apps/v1:Deployment", "web");

function configMap(metadata: PropertyMap, data: PropertyMap): PropertyMap {
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data };
}

function serviceAccount(name: string, rest: PropertyMap = {}): PropertyMap {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, ...rest } };
}

function deployment(name: string, spec: PropertyMap = {}): PropertyMap {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, annotations: { "pulumi.com/skipAwait": "true" } },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          containers: [
            {
              name: "main",
              image: "example.com/shop:1",
              env: [{ name: "EMPTY", value: "" }],
              resources: { requests: { cpu: 0.1, memory: "1024Mi" } },
            },
          ],
        },
      },
      ...spec,
    },
  };
}

describe("names and namespaces", () => {
  test("an object without a name is permanently named after the resource", async () => {
    const first = await plugin.check(CONFIG_MAP, configMap({}, { colour: "red" }));
    const name = at(first, "metadata", "name");
    expect(name).toMatch(/^settings-[0-9a-f]{8}$/);
    expect(first.metadata).toEqual({
      name,
      namespace: "default",
      annotations: { "pulumi.com/autonamed": "true" },
    });

    const second = await plugin.check(CONFIG_MAP, configMap({}, { colour: "blue" }), first);
    expect(at(second, "metadata", "name")).toBe(name);
  });

  test("a cluster-wide object gets no namespace", async () => {
    const inputs = { apiVersion: "v1", kind: "Namespace", metadata: { name: "here" } };
    const checked = await plugin.check(resource("core/v1:Namespace"), inputs);
    expect(checked.metadata).toEqual({ name: "here" });
  });

  test("an unknown name stays unknown", async () => {
    const checked = await plugin.check(CONFIG_MAP, configMap({ name: UNKNOWN }, {}));
    expect(at(checked, "metadata", "name")).toBe(UNKNOWN);
  });

  test("lists and generated names are refused", async () => {
    const list = { apiVersion: "v1", kind: "ConfigMapList", items: [] };
    await expect(plugin.check(resource("core/v1:ConfigMapList"), list)).rejects.toThrow(/created/);
    await expect(plugin.check(CONFIG_MAP, configMap({ generateName: "x-" }, {}))).rejects.toThrow(
      /generateName/,
    );
  });
});

describe("an object's life", () => {
  test("create, diff, update, refresh, delete", async () => {
    const awaited = (spec?: PropertyMap): PropertyMap => ({
      ...deployment("life", spec),
      metadata: { name: "life" },
    });
    const inputs = await plugin.check(DEPLOYMENT, awaited());
    const { id, state } = await plugin.create(DEPLOYMENT, inputs);
    expect(id).toBe("default/life");
    expect(state).toMatchObject({ __initialApiVersion: "apps/v1", __inputs: inputs });
    expect(state.__fieldManager).toMatch(/^pulumi-kubernetes-[0-9a-f]{8}$/);
    expect((await plugin.diff(DEPLOYMENT, state, inputs)).changes).toEqual({});

    const news = await plugin.check(DEPLOYMENT, awaited({ replicas: 2 }), inputs);
    expect((await plugin.diff(DEPLOYMENT, state, news)).changes).toEqual({
      "spec.replicas": "update",
    });
    const updated = await plugin.update(DEPLOYMENT, state, news);
    expect(at(updated, "spec", "replicas")).toBe(2);
    expect(updated.__fieldManager).toBe(state.__fieldManager);
    expect(at(updated, "metadata", "managedFields")).toContainEqual(
      expect.objectContaining({ manager: state.__fieldManager, operation: "Apply" }),
    );

    const read = await plugin.read(DEPLOYMENT, id, updated, news);
    expect(read.inputs).toEqual(news);
    expect((await plugin.diff(DEPLOYMENT, read.state, news)).changes).toEqual({});

    // Waits until the pods are gone, too.
    await plugin.delete(DEPLOYMENT, id, read.state);
    expect((await plugin.read(DEPLOYMENT, id, read.state, news)).id).toBe("");
    await expect(plugin.delete(DEPLOYMENT, id, read.state)).resolves.toBeUndefined();
  });

  test("an existing object is not adopted", async () => {
    const inputs = await plugin.check(SERVICE_ACCOUNT, serviceAccount("taken"));
    await plugin.create(SERVICE_ACCOUNT, inputs);
    await expect(plugin.create(SERVICE_ACCOUNT, inputs)).rejects.toThrow(/already exists/);
  });

  test("unless the provider is configured to adopt it", async () => {
    const upserting = await KubernetesPlugin.configured({
      kubeconfig: shared.current.kubeconfig,
      upsertExistingObjects: true,
    });
    const inputs = serviceAccount("shared", { namespace: "default" });
    await upserting.create(SERVICE_ACCOUNT, inputs);
    const { id } = await upserting.create(SERVICE_ACCOUNT, inputs);
    upserting.stop();
    expect(id).toBe("default/shared");
  });

  test("what is removed from the inputs is removed from the object", async () => {
    const inputs = serviceAccount("labelled", { labels: { one: "1", two: "2" } });
    const checked = await plugin.check(SERVICE_ACCOUNT, inputs);
    const { state } = await plugin.create(SERVICE_ACCOUNT, checked);
    const news = await plugin.check(
      SERVICE_ACCOUNT,
      serviceAccount("labelled", { labels: { one: "1" } }),
      checked,
    );
    const { changes } = await plugin.diff(SERVICE_ACCOUNT, state, news);
    expect(changes).toEqual({ "metadata.labels.two": "delete" });
    const updated = await plugin.update(SERVICE_ACCOUNT, state, news);
    expect(at(updated, "metadata", "labels")).toEqual({ one: "1" });
  });

  test("a refresh finds what others changed", async () => {
    const inputs = await plugin.check(
      SERVICE_ACCOUNT,
      serviceAccount("drift", { labels: { a: "1" } }),
    );
    const { id, state } = await plugin.create(SERVICE_ACCOUNT, inputs);
    await shared.current.cluster
      .client()
      .patch("/api/v1/namespaces/default/serviceaccounts/drift", {
        metadata: { labels: { a: "9" } },
      });
    const read = await plugin.read(SERVICE_ACCOUNT, id, state, inputs);
    expect(at(read.inputs, "metadata", "labels")).toEqual({ a: "9" });
    expect((await plugin.diff(SERVICE_ACCOUNT, read.state, inputs)).changes).toEqual({
      "metadata.labels.a": "update",
    });
  });

  test("an import uses the object's own fields as inputs", async () => {
    const { id } = await plugin.create(
      CONFIG_MAP,
      configMap({ name: "foreign", namespace: "default" }, { a: "1" }),
    );
    const read = await plugin.read(CONFIG_MAP, id);
    expect(read.inputs).toEqual(configMap({ name: "foreign", namespace: "default" }, { a: "1" }));
    expect((await plugin.diff(CONFIG_MAP, read.state, read.inputs)).changes).toEqual({});
  });
});

describe("what is empty", () => {
  const life = async (token: string, fields: PropertyMap) => {
    const [group = "", kind = ""] = token.split(":");
    const of = resource(token, "empty");
    const inputs = await plugin.check(of, {
      apiVersion: group.replace("core/", ""),
      kind,
      metadata: { name: "empty" },
      ...fields,
    });
    const { id, state } = await plugin.create(of, inputs);
    const { changes } = await plugin.diff(of, state, await plugin.check(of, inputs, inputs));
    await plugin.delete(of, id, state);
    return changes;
  };

  test.each<[string, PropertyMap]>([
    ["core/v1:ConfigMap", { data: {}, binaryData: {}, immutable: true }],
    ["core/v1:Service", { spec: { selector: {}, ports: [{ port: 80 }] } }],
    ["networking.k8s.io/v1:NetworkPolicy", { spec: { podSelector: { matchLabels: {} } } }],
    ["scheduling.k8s.io/v1:PriorityClass", { value: 1, globalDefault: false, description: "" }],
    ["storage.k8s.io/v1:StorageClass", { provisioner: "example.com/disk", parameters: {} }],
  ])("%s does not change", async (token, fields) => {
    expect(await life(token, fields)).toEqual({});
  });

  // Programs must leave these out.
  test.each<[string, PropertyMap, Record<string, string>]>([
    ["core/v1:Secret", { stringData: {} }, { stringData: "ADD" }],
    ["core/v1:Secret", { type: "" }, { type: "UPDATE" }],
    ["core/v1:LimitRange", { spec: { limits: [] } }, { "spec.limits": "update" }],
    ["rbac.authorization.k8s.io/v1:Role", { rules: [] }, { rules: "update" }],
  ])("%s with %j changes in every update", async (token, fields, changes) => {
    expect(await life(token, fields)).toEqual(changes);
  });
});

describe("changes that need a new object", () => {
  const cases: [string, ReturnType<typeof resource>, PropertyMap, PropertyMap, string[]][] = [
    [
      "the selector of a Deployment",
      DEPLOYMENT,
      deployment("a"),
      deployment("a", { selector: { matchLabels: { app: "b" } } }),
      ["spec.selector.matchLabels.app"],
    ],
    [
      "the data of a ConfigMap",
      CONFIG_MAP,
      configMap({ name: "b" }, { x: "1" }),
      configMap({ name: "b" }, { x: "1", y: "2" }),
      ["data.y"],
    ],
    [
      "the cluster address of a Service",
      resource("core/v1:Service"),
      service({ ports: [{ port: 80 }] }),
      service({ ports: [{ port: 80 }], clusterIP: "None" }),
      ["spec.clusterIP"],
    ],
    [
      "the template of a Job",
      resource("batch/v1:Job"),
      job("one"),
      job("two"),
      ["spec.template.spec.containers[0].image"],
    ],
    [
      "the class of a claim",
      resource("core/v1:PersistentVolumeClaim"),
      claim({}),
      claim({ storageClassName: "other" }),
      ["spec.storageClassName"],
    ],
    [
      "the role of a binding",
      resource("rbac.authorization.k8s.io/v1:RoleBinding"),
      binding("view"),
      binding("edit"),
      ["roleRef.name"],
    ],
  ];

  test.each(cases)("%s", async (_, about, before, after, replacing) => {
    const [olds, news] = [await plugin.check(about, before), await plugin.check(about, after)];
    const { state } = await plugin.create(about, withSkippedAwait(olds));
    const { changes, deleteBeforeReplace } = await plugin.diff(
      about,
      state,
      withSkippedAwait(news),
    );
    const upper = Object.entries(changes).filter(([, kind]) => kind === kind.toUpperCase());
    expect(upper.map(([path]) => path)).toEqual(replacing);
    expect(deleteBeforeReplace).toBe(true);
  });

  test("another name, which lets the old object stay until the new one is there", async () => {
    const { state } = await plugin.create(SERVICE_ACCOUNT, serviceAccount("old"));
    const diff = await plugin.diff(SERVICE_ACCOUNT, state, serviceAccount("new"));
    expect(diff).toEqual({ changes: { "metadata.name": "UPDATE" }, deleteBeforeReplace: false });
  });

  test("not the data of a ConfigMap, if the provider is configured so", async () => {
    const lenient = await KubernetesPlugin.configured({
      kubeconfig: shared.current.kubeconfig,
      enableConfigMapMutable: "true",
    });
    const { state } = await lenient.create(CONFIG_MAP, configMap({ name: "mutable" }, { x: "1" }));
    const diff = await lenient.diff(CONFIG_MAP, state, configMap({ name: "mutable" }, { x: "2" }));
    lenient.stop();
    expect(diff.changes).toEqual({ "data.x": "update" });
  });

  test("a value that is not known yet", async () => {
    const { state } = await plugin.create(CONFIG_MAP, configMap({ name: "later" }, { x: "1" }));
    const diff = await plugin.diff(CONFIG_MAP, state, configMap({ name: "later" }, { x: UNKNOWN }));
    expect(diff.changes).toEqual({ "data.x": "UPDATE" });
  });

  test("an ignored change is none", async () => {
    const { state } = await plugin.create(DEPLOYMENT, deployment("ignored"));
    const news = deployment("ignored", { replicas: 5 });
    expect((await plugin.diff(DEPLOYMENT, state, news, ["spec.replicas"])).changes).toEqual({});
  });
});

describe("previews", () => {
  test("a creation is a dry run on the server, which adds its defaults", async () => {
    const inputs = await plugin.check(DEPLOYMENT, deployment("dry"));
    const { id, state } = await plugin.create(DEPLOYMENT, inputs, { preview: true });
    expect(id).toBe("");
    expect(at(state, "spec", "strategy", "type")).toBe("RollingUpdate");
    expect(state.status).toBeUndefined();
    expect((await plugin.read(DEPLOYMENT, "default/dry")).id).toBe("");
  });

  test("a preview fails when the server would refuse", async () => {
    const inputs = deployment("dry", { selector: { matchLabels: { app: "other" } } });
    await expect(plugin.create(DEPLOYMENT, inputs, { preview: true })).rejects.toThrow(
      /selector.*does not match template/,
    );
  });

  test.each([
    ["a namespace that is yet to come", serviceAccount("early", { namespace: "not-yet" })],
    ["a value that is not known yet", serviceAccount("early", { labels: { a: UNKNOWN } })],
  ])("%s does not change the inputs", async (_, inputs) => {
    const { state } = await plugin.create(SERVICE_ACCOUNT, inputs, { preview: true });
    expect(state).toEqual(inputs);
  });

  test("neither does an existing object, which must be deleted first", async () => {
    const inputs = serviceAccount("present", { namespace: "default" });
    await plugin.create(SERVICE_ACCOUNT, inputs);
    const { state } = await plugin.create(SERVICE_ACCOUNT, inputs, { preview: true });
    expect(state).toEqual(inputs);
  });

  test("an update changes nothing", async () => {
    const inputs = await plugin.check(DEPLOYMENT, deployment("still"));
    const { id, state } = await plugin.create(DEPLOYMENT, inputs);
    const news = await plugin.check(DEPLOYMENT, deployment("still", { replicas: 3 }), inputs);
    const previewed = await plugin.update(DEPLOYMENT, state, news, { preview: true });
    expect(at(previewed, "spec", "replicas")).toBe(3);
    const read = await plugin.read(DEPLOYMENT, id, state, inputs);
    expect(at(read.state, "spec", "replicas")).toBe(1);
  });
});

describe("secrets", () => {
  test("the data of a Secret is secret everywhere", async () => {
    const inputs = await plugin.check(SECRET, {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "password" },
      stringData: { key: "hunter2" },
    });
    const data = new Secret({ key: Buffer.from("hunter2").toString("base64") });
    expect(inputs.data).toEqual(data);
    const { id, state } = await plugin.create(SECRET, inputs);
    expect(state.data).toEqual(data);
    expect(at(state, "__inputs", "data")).toEqual(data);
    const read = await plugin.read(SECRET, id, state, inputs);
    expect([read.inputs.data, read.state.data]).toEqual([data, data]);
    expect((await plugin.diff(SECRET, state, inputs)).changes).toEqual({});
  });

  test("secret inputs are secret in the state", async () => {
    const inputs = serviceAccount("hidden", { labels: { a: new Secret("b") } });
    const { state } = await plugin.create(SERVICE_ACCOUNT, inputs);
    expect(at(state, "metadata", "labels", "a")).toEqual(new Secret("b"));
    expect(at(state, "metadata", "name")).toBe("hidden");
  });
});

describe("several managers of one object", () => {
  test("another manager's field is a conflict, unless it is forced", async () => {
    const name = "contested";
    const inputs = await plugin.check(DEPLOYMENT, deployment(name));
    const { state } = await plugin.create(DEPLOYMENT, inputs);
    await applyAs("scaler", deploymentPath(name), {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name },
      spec: { replicas: 3 },
    });
    const news = await plugin.check(DEPLOYMENT, deployment(name, { replicas: 2 }), inputs);
    const failure = await failureOf(plugin.update(DEPLOYMENT, state, news));
    expect(failure.id).toBe(`default/${name}`);
    expect(failure.reasons.join()).toMatch(/conflict/);
    expect(at(failure.properties, "spec", "replicas")).toBe(3);

    const ignoring = await plugin.update(DEPLOYMENT, state, inputs, {
      ignoreChanges: ["spec.replicas"],
    });
    expect(at(ignoring, "spec", "replicas")).toBe(3);

    const forcing = await KubernetesPlugin.configured({
      kubeconfig: shared.current.kubeconfig,
      enablePatchForce: "true",
    });
    const forced = await forcing.update(DEPLOYMENT, state, news);
    forcing.stop();
    expect(at(forced, "spec", "replicas")).toBe(2);
  });

  test("a Patch resource manages its fields and gives them up again", async () => {
    const { id } = await plugin.create(
      SERVICE_ACCOUNT,
      serviceAccount("patched", { labels: { own: "1" } }),
    );
    const patch = resource("core/v1:ServiceAccountPatch", "patch");
    const inputs = await plugin.check(patch, {
      ...serviceAccount("patched"),
      imagePullSecrets: [{ name: "registry" }],
    });
    const made = await plugin.create(patch, inputs);
    expect(made.state.imagePullSecrets).toEqual([{ name: "registry" }]);

    const news = { ...inputs, imagePullSecrets: [{ name: "other" }] };
    expect((await plugin.diff(patch, made.state, news)).changes).toEqual({
      "imagePullSecrets[0].name": "update",
    });
    const updated = await plugin.update(patch, made.state, news);
    await plugin.delete(patch, made.id, updated);
    const left = await plugin.read(SERVICE_ACCOUNT, id);
    expect(left.inputs).toEqual(
      serviceAccount("patched", { labels: { own: "1" }, namespace: "default" }),
    );
  });

  test("a Patch resource needs a name", async () => {
    const patch = resource("core/v1:ServiceAccountPatch", "patch");
    const inputs = { apiVersion: "v1", kind: "ServiceAccount", metadata: {} };
    await expect(plugin.check(patch, inputs)).rejects.toThrow(/metadata\.name/);
  });
});

test("a custom resource waits for its definition, and is deleted with it", async () => {
  const definition = resource("apiextensions.k8s.io/v1:CustomResourceDefinition", "widgets");
  const widget = resource("shop.example.com/v1:Widget", "widget");
  const body = { apiVersion: "shop.example.com/v1", kind: "Widget", metadata: { name: "one" } };

  const definitionInputs = await plugin.check(definition, widgetDefinition());
  const inputs = await plugin.check(widget, { ...body, spec: { size: 1 } });
  const [defined, made] = await Promise.all([
    plugin.create(definition, definitionInputs),
    plugin.create(widget, inputs),
  ]);
  expect(made.id).toBe("default/one");
  expect(
    at(defined.state, "__inputs", "spec", "versions", "0", "schema", "openAPIV3Schema"),
  ).toEqual({ type: "object", x_kubernetes_preserve_unknown_fields: true });
  expect((await plugin.diff(definition, defined.state, definitionInputs)).changes).toEqual({});

  await plugin.delete(definition, defined.id, defined.state);
  expect((await plugin.read(widget, made.id, made.state, inputs)).id).toBe("");
});

function widgetDefinition(): PropertyMap {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "widgets.shop.example.com" },
    spec: {
      group: "shop.example.com",
      scope: "Namespaced",
      names: { plural: "widgets", singular: "widget", kind: "Widget", listKind: "WidgetList" },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: { type: "object", x_kubernetes_preserve_unknown_fields: true },
          },
        },
      ],
    },
  };
}

function service(spec: PropertyMap): PropertyMap {
  return { apiVersion: "v1", kind: "Service", metadata: { name: "s" }, spec };
}

function job(image: string): PropertyMap {
  const template = { spec: { restartPolicy: "Never", containers: [{ name: "main", image }] } };
  return { apiVersion: "batch/v1", kind: "Job", metadata: { name: "j" }, spec: { template } };
}

function claim(spec: PropertyMap): PropertyMap {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "c" },
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "1Gi" } },
      storageClassName: "none",
      ...spec,
    },
  };
}

function binding(role: string): PropertyMap {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: "b" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
    subjects: [{ kind: "ServiceAccount", name: "robot", namespace: "default" }],
  };
}

function withSkippedAwait(inputs: PropertyMap): PropertyMap {
  const metadata = inputs.metadata as PropertyMap;
  const annotations = { ...(metadata.annotations as PropertyMap), "pulumi.com/skipAwait": "true" };
  return { ...inputs, metadata: { ...metadata, annotations } };
}

function deploymentPath(name: string): string {
  return `/apis/apps/v1/namespaces/default/deployments/${name}`;
}

async function applyAs(manager: string, path: string, body: object): Promise<void> {
  await shared.current.cluster
    .client()
    .patch(`${path}?fieldManager=${manager}&force=true`, body, "apply");
}
