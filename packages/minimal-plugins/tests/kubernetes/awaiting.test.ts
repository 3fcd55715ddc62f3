import type { PropertyMap } from "../../protocol/properties";
import { failureOf, KubernetesPlugin, OFFICIAL, resource } from "./support/kubernetes-plugin";
import { at } from "./support/properties";
import { withCluster } from "./support/shared-cluster";

const shared = withCluster();
let plugin: KubernetesPlugin;

beforeAll(async () => {
  plugin = await KubernetesPlugin.configured({ kubeconfig: shared.current.kubeconfig });
});
afterAll(() => plugin.stop());

/** For so long the official plugin lets a Service's endpoints settle. */
const SETTLE_MS = 10_000;
const READY_TIMEOUT_MS = 60_000;
/** Seconds after which a test gives up waiting for what cannot become ready. */
const PATIENCE = 6;

/**
 * The official plugin awaits the same, but may take the old revision for the new one, tells the scheduler's reasons
 * only while it waits, and gives a claim five minutes whatever the program says.
 */
const stricter = OFFICIAL ? test.skip : test;

const DEPLOYMENT = resource("apps/v1:Deployment");
const STATEFUL_SET = resource("apps/v1:StatefulSet");
const SERVICE = resource("core/v1:Service");
const POD = resource("core/v1:Pod");
const JOB = resource("batch/v1:Job");
const CLAIM = resource("core/v1:PersistentVolumeClaim");

/** How the emulator's pods are asked to fail. */
type Simulation = "crash" | "never-ready" | "image-pull-failure";

interface PodOptions {
  readonly simulate?: Simulation;
  readonly cpu?: string;
  readonly image?: string;
  readonly rest?: PropertyMap;
}

function podTemplate(app: string, options: PodOptions = {}): PropertyMap {
  const { simulate, cpu = "10m", image = "example.com/shop:1", rest = {} } = options;
  return {
    metadata: {
      labels: { app },
      ...(simulate && { annotations: { "digitalocean-emulator/simulate": simulate } }),
    },
    spec: { containers: [{ name: "main", image, resources: { requests: { cpu } } }], ...rest },
  };
}

function workload(
  kind: string,
  name: string,
  options?: PodOptions,
  spec: PropertyMap = {},
): PropertyMap {
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace: "default" },
    spec: {
      selector: { matchLabels: { app: name } },
      template: podTemplate(name, options),
      ...spec,
    },
  };
}

function service(name: string, spec: PropertyMap): PropertyMap {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "default" },
    spec: { ports: [{ port: 80 }], ...spec },
  };
}

describe("what becomes ready", () => {
  stricter(
    "a Deployment, when its pods are available",
    async () => {
      const inputs = workload("Deployment", "shop", {}, { replicas: 3 });
      const { state } = await plugin.create(DEPLOYMENT, inputs);
      expect(at(state, "status", "availableReplicas")).toBe(3);

      const news = workload("Deployment", "shop", { image: "example.com/shop:2" }, { replicas: 3 });
      const updated = await plugin.update(DEPLOYMENT, state, news);
      expect(at(updated, "metadata", "annotations", "deployment.kubernetes.io/revision")).toBe("2");
      expect(at(updated, "status", "updatedReplicas")).toBe(3);
    },
    READY_TIMEOUT_MS,
  );

  test(
    "a StatefulSet, when all its pods are of the new revision",
    async () => {
      const spec = { replicas: 2, serviceName: "store" };
      const { state } = await plugin.create(
        STATEFUL_SET,
        workload("StatefulSet", "store", {}, spec),
      );
      expect(at(state, "status", "readyReplicas")).toBe(2);

      const news = workload("StatefulSet", "store", { image: "example.com/store:2" }, spec);
      const updated = await plugin.update(STATEFUL_SET, state, news);
      expect(at(updated, "status", "currentRevision")).toBe(
        at(updated, "status", "updateRevision"),
      );
      expect(at(updated, "status", "updatedReplicas")).toBe(2);
    },
    READY_TIMEOUT_MS,
  );

  test(
    "a DaemonSet, when every node has its pod",
    async () => {
      const { state } = await plugin.create(
        resource("apps/v1:DaemonSet"),
        workload("DaemonSet", "agent"),
      );
      expect(at(state, "status", "numberReady")).toBe(2);
    },
    READY_TIMEOUT_MS,
  );

  test(
    "a Pod and a Job",
    async () => {
      const pod = await plugin.create(POD, {
        apiVersion: "v1",
        kind: "Pod",
        ...podTemplate("alone"),
        metadata: { name: "alone", namespace: "default" },
      });
      expect(at(pod.state, "status", "phase")).toBe("Running");

      const job = await plugin.create(JOB, {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: { name: "once", namespace: "default" },
        spec: { template: podTemplate("once", { rest: { restartPolicy: "Never" } }) },
      });
      expect(at(job.state, "status", "succeeded")).toBe(1);
    },
    READY_TIMEOUT_MS,
  );

  test(
    "a Service, when it has an address and its pods are ready",
    async () => {
      const [, made] = await Promise.all([
        plugin.create(DEPLOYMENT, workload("Deployment", "front")),
        plugin.create(
          SERVICE,
          service("front", { type: "LoadBalancer", selector: { app: "front" } }),
        ),
      ]);
      expect(at(made.state, "status", "loadBalancer", "ingress", "0", "ip")).toMatch(/^127\./);
    },
    READY_TIMEOUT_MS,
  );

  test(
    "a Service with a selector, ten seconds after the first event of its endpoints",
    async () => {
      const began = Date.now();
      const awaited = plugin.create(SERVICE, service("slow", { selector: { app: "nobody" } }));
      const described = service("quick", { selector: { app: "nobody" } });
      const annotations = { "pulumi.com/waitFor": "jsonpath={.spec.clusterIP}" };
      await plugin.create(SERVICE, { ...described, metadata: { name: "quick", annotations } });
      expect(Date.now() - began).toBeLessThan(SETTLE_MS);
      await awaited;
      expect(Date.now() - began).toBeGreaterThanOrEqual(SETTLE_MS);
    },
    READY_TIMEOUT_MS,
  );

  test.each([
    ["headless", { clusterIP: "None", selector: { app: "nobody" } }],
    ["without a selector", {}],
    ["for an external name", { type: "ExternalName", externalName: "example.com" }],
  ])("a Service %s, at once", async (name, spec) => {
    const label = name.replaceAll(" ", "-");
    const { id } = await plugin.create(SERVICE, service(label, spec), { timeout: 5 });
    expect(id).toBe(`default/${label}`);
  });

  test("a claim whose class waits for the first pod, without one", async () => {
    const storageClass = resource("storage.k8s.io/v1:StorageClass");
    await plugin.create(storageClass, {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "lazy" },
      provisioner: "example.com/none",
      volumeBindingMode: "WaitForFirstConsumer",
    });
    const { state } = await plugin.create(CLAIM, claim("lazy"), { timeout: PATIENCE });
    expect(at(state, "status", "phase")).toBe("Pending");
  });

  test("anything with skipAwait", async () => {
    const inputs = workload("Deployment", "unwatched", { simulate: "never-ready" });
    const annotated = {
      ...inputs,
      metadata: { name: "unwatched", annotations: { "pulumi.com/skipAwait": "true" } },
    };
    const { id } = await plugin.create(DEPLOYMENT, annotated, { timeout: 5 });
    expect(id).toBe("default/unwatched");
  });

  test(
    "what the annotation waitFor describes",
    async () => {
      const inputs = workload("Deployment", "described");
      const annotations = {
        "pulumi.com/waitFor": JSON.stringify([
          "condition=Available",
          "jsonpath={.status.readyReplicas}=1",
        ]),
      };
      const { state } = await plugin.create(DEPLOYMENT, {
        ...inputs,
        metadata: { name: "described", namespace: "default", annotations },
      });
      expect(at(state, "status", "readyReplicas")).toBe(1);
    },
    READY_TIMEOUT_MS,
  );
});

describe("objects that do not become ready are kept, with the reason", () => {
  stricter(
    "a Deployment whose pods fit no node",
    async () => {
      const inputs = workload("Deployment", "huge", { cpu: "64" });
      const failure = await plugin.createUnwell(DEPLOYMENT, inputs, PATIENCE);
      expect(failure.id).toBe("default/huge");
      expect(at(failure.properties, "__inputs")).toEqual(inputs);
      expect(failure.reasons.join("\n")).toMatch(/timed out/);
      expect(failure.reasons.join("\n")).toMatch(/Insufficient cpu/);
    },
    READY_TIMEOUT_MS,
  );

  test.each([
    ["crash", /crashing.*exit code|exit code|CrashLoopBackOff/],
    ["image-pull-failure", /ImagePullBackOff.*example\.com\/shop:1/],
  ] as const)(
    "a Deployment whose containers fail: %s",
    async (simulate, reason) => {
      const inputs = workload("Deployment", `sick-${simulate}`, { simulate });
      const failure = await plugin.createUnwell(DEPLOYMENT, inputs, PATIENCE);
      expect(failure.reasons.join("\n")).toMatch(reason);
    },
    READY_TIMEOUT_MS,
  );

  test(
    "it is still unready in a refresh, and ready after an update",
    async () => {
      const inputs = workload("Deployment", "recovering", { simulate: "never-ready" });
      const failure = await plugin.createUnwell(DEPLOYMENT, inputs, 2);
      const refreshed = await failureOf(
        plugin.read(DEPLOYMENT, failure.id, failure.properties, inputs),
      );
      expect(refreshed.id).toBe(failure.id);
      const news = workload("Deployment", "recovering");
      const updated = await plugin.update(DEPLOYMENT, failure.properties, news);
      expect(at(updated, "status", "readyReplicas")).toBe(1);
    },
    READY_TIMEOUT_MS,
  );

  stricter(
    "a StatefulSet, a Job and a claim",
    async () => {
      const [stateful, job, unbound] = await Promise.all([
        plugin.createUnwell(
          STATEFUL_SET,
          workload(
            "StatefulSet",
            "stuck",
            { simulate: "crash" },
            { replicas: 2, serviceName: "x" },
          ),
          PATIENCE,
        ),
        plugin.createUnwell(
          JOB,
          {
            apiVersion: "batch/v1",
            kind: "Job",
            metadata: { name: "doomed", namespace: "default" },
            spec: {
              backoffLimit: 0,
              template: podTemplate("doomed", {
                simulate: "crash",
                rest: { restartPolicy: "Never" },
              }),
            },
          },
          600,
        ),
        plugin.createUnwell(CLAIM, claim("no-such-class"), PATIENCE),
      ]);
      expect(stateful.reasons.join("\n")).toMatch(/0 (of|out of) 2/);
      expect(job.reasons.join("\n")).toMatch(/BackoffLimitExceeded/);
      expect(unbound.id).toBe("default/no-such-class");
    },
    READY_TIMEOUT_MS,
  );
});

test(
  "a namespace and its contents are gone when its deletion returns",
  async () => {
    const namespace = resource("core/v1:Namespace");
    const made = await plugin.create(namespace, {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "passing" },
    });
    await plugin.create(DEPLOYMENT, {
      ...workload("Deployment", "inside"),
      metadata: { name: "inside", namespace: "passing" },
    });
    await plugin.delete(namespace, made.id, made.state);
    expect((await plugin.read(namespace, made.id)).id).toBe("");
  },
  READY_TIMEOUT_MS,
);

test("an object with a finalizer is kept when its deletion takes too long", async () => {
  const about = resource("core/v1:ConfigMap");
  const { id, state } = await plugin.create(about, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "held", namespace: "default", finalizers: ["example.com/hold"] },
  });
  const failure = await failureOf(plugin.delete(about, id, state, 1));
  expect(failure.id).toBe(id);
  expect(plugin.messages.join("\n")).toMatch(/example\.com\/hold/);
});

function claim(storageClassName: string): PropertyMap {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: storageClassName, namespace: "default" },
    spec: {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "1Gi" } },
      storageClassName,
    },
  };
}
