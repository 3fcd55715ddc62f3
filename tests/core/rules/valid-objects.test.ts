import type { KubernetesObject } from "../../../core/manifests/manifest";
import { invalidObjects } from "../../../core/rules/valid-objects";

const one = (apiVersion: string, kind: string, spec: object = {}, name = "web") =>
  ({ apiVersion, kind, metadata: { name }, spec }) as KubernetesObject;
const service = (...ports: object[]) => one("v1", "Service", { ports });
const container = { name: "web", image: "registry.example.com:5000/acme/web:1" };
/** A Deployment whose one container is like this, with more of its pods. */
const deployment = (changes: object = {}, pod: object = {}, selector: object = { app: "web" }) =>
  one("apps/v1", "Deployment", {
    selector: { matchLabels: selector },
    template: {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ ...container, ...changes }], ...pod },
    },
  });
const mounting = { volumeMounts: [{ name: "data", mountPath: "/data" }] };

describe("an object that every cluster refuses", () => {
  it.each<[string, KubernetesObject, string]>([
    [
      "a name in upper case",
      one("v1", "ConfigMap", {}, "Web"),
      "its name is not valid in Kubernetes",
    ],
    [
      "a Service named with a dot",
      one("v1", "Service", { clusterIP: "None" }, "web.v1"),
      "its name is not valid",
    ],
    [
      "a name that is too long for a StatefulSet's pods",
      one("apps/v1", "StatefulSet", {}, "a".repeat(53)),
      "its name has 53 characters, but StatefulSet objects may have at most 52",
    ],
    [
      "a CronJob whose Jobs' names would be too long",
      one("batch/v1", "CronJob", {}, "a".repeat(60)),
      "CronJob objects may have at most 52",
    ],
    [
      "no name",
      { apiVersion: "batch/v1", kind: "Job", metadata: { generateName: "web-" } } as never,
      "it has no name",
    ],
    [
      "a variable twice",
      deployment({ env: [{ name: "A" }, { name: "B" }, { name: "A", value: "b" }] }),
      "container web has the variable A twice",
    ],
    [
      "a container's port twice",
      deployment({
        ports: [{ containerPort: 80 }, { containerPort: 80, name: "http", protocol: "TCP" }],
      }),
      "container web has the port 80 TCP twice",
    ],
    [
      "a mount path twice",
      deployment(
        { volumeMounts: [...mounting.volumeMounts, ...mounting.volumeMounts] },
        { volumes: [{ name: "data", emptyDir: {} }] },
      ),
      "container web has the mount at /data twice",
    ],
    ...[
      { imagePullSecrets: [{ name: "a" }, { name: "a" }] },
      { volumes: [{ name: "a" }, { name: "a" }] },
      { hostAliases: [{ ip: "a" }, { ip: "a" }] },
    ].map((pod): [string, KubernetesObject, string] => [
      `${Object.keys(pod).join()} with the same key`,
      deployment({}, pod),
      "a twice",
    ]),
    [
      "a ServiceAccount with a secret twice",
      { ...one("v1", "ServiceAccount"), secrets: [{ name: "a" }, { name: "a" }] } as never,
      "it has the secret a twice",
    ],
    [
      "two topology spread constraints with the same key",
      deployment(
        {},
        {
          topologySpreadConstraints: [
            { topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule", maxSkew: 1 },
            { topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule", maxSkew: 2 },
          ],
        },
      ),
      "a pod has the topology spread constraint zone DoNotSchedule twice",
    ],
    [
      "a Job whose pods never end",
      one("batch/v1", "Job", { template: { spec: { containers: [container] } } }),
      "the restartPolicy of its pods is Always, but they are to end",
    ],
    [
      "a Deployment whose pods end",
      deployment({}, { restartPolicy: "Never" }),
      "the restartPolicy of its pods is Never, but Kubernetes accepts only Always there",
    ],
    [
      "a path without a type",
      one("networking.k8s.io/v1", "Ingress", { rules: [{ http: { paths: [{ path: "/a" }] } }] }),
      "its path /a has no pathType",
    ],
    ["a Service without ports", service(), "it has no ports"],
    [
      "two ports without names",
      service({ port: 80 }, { port: 443 }),
      "it has several ports, and each needs a name",
    ],
    [
      "a port twice",
      service({ name: "a", port: 80 }, { name: "b", port: 80 }),
      "it has port 80 (TCP) twice",
    ],
    [
      "two ports of one name",
      service({ name: "a", port: 80 }, { name: "a", port: 81 }),
      'two of its ports are named "a"',
    ],
    [
      "a selector of other pods",
      deployment({}, {}, { app: "api" }),
      "it selects pods with app=api, but its own pods do not have that label",
    ],
    ["no selector", one("apps/v1", "Deployment", { template: {} }), "it has no selector"],
    [
      "two containers of one name",
      deployment({}, { initContainers: [container] }),
      'two of its containers are named "web"',
    ],
    ["a container without an image", deployment({ image: "" }), "container web has no image"],
    [
      "an image in upper case",
      deployment({ image: "acme/Web:1" }),
      "an invalid image reference: acme/Web:1",
    ],
    [
      "an image with an empty tag",
      deployment({ image: "acme/web:" }),
      "an invalid image reference: acme/web:",
    ],
    [
      "an image that is a URL",
      deployment({ image: "https://acme/web:1" }),
      "invalid image reference",
    ],
    [
      "a volume that is not there",
      deployment(mounting),
      'container web mounts volume "data", which its pods do not have',
    ],
    [
      "a target port in quotes",
      service({ port: 80, targetPort: "8080" }),
      'port 80 goes to "8080", which is not a valid port name',
    ],
    [
      "a name of a port that is too long",
      deployment({ ports: [{ name: "http-of-the-shop", containerPort: 80 }] }),
      'container web has the port "http-of-the-shop", which is not a valid port name',
    ],
    ...["startupProbe", "readinessProbe", "livenessProbe"].flatMap((probe) =>
      ["httpGet", "tcpSocket"].map((way): [string, KubernetesObject, string] => [
        `a ${probe} of a port that the container does not have`,
        deployment({
          ports: [{ name: "http", containerPort: 80 }],
          [probe]: { [way]: { port: "web" } },
        }),
        `the ${probe} of container web uses port "web", but the container has no port of that name`,
      ]),
    ),
  ])("%s", (_, object, message) => {
    expect(
      invalidObjects([object]).filter((fault) => fault.message.includes(message)),
    ).toHaveLength(1);
  });

  it.each<[string, KubernetesObject]>([
    [
      "a role with a colon in its name",
      one("rbac.authorization.k8s.io/v1", "ClusterRole", {}, "system:web"),
    ],
    [
      "a definition",
      one("apiextensions.k8s.io/v1", "CustomResourceDefinition", {}, "backups.example.com"),
    ],
    [
      "a long name of a custom Service",
      one("serving.knative.dev/v1", "Service", {}, `web.${"a".repeat(80)}`),
    ],
    ["a headless Service", one("v1", "Service", { clusterIP: "None" })],
    ["a name for another Service", one("v1", "Service", { type: "ExternalName" })],
    [
      "one port for two protocols",
      service({ name: "a", port: 53 }, { name: "b", port: 53, protocol: "UDP" }),
    ],
    [
      "a container's port for two protocols",
      deployment({ ports: [{ containerPort: 53 }, { containerPort: 53, protocol: "UDP" }] }),
    ],
    ["an image by its digest", deployment({ image: `acme/web:1@sha256:${"a".repeat(64)}` })],
    [
      "an image of a registry at a port",
      deployment({ image: "localhost:5000/a_b/c--d__e:v1.2-RC_1" }),
    ],
    ["a volume of its pods", deployment(mounting, { volumes: [{ name: "data", emptyDir: {} }] })],
    [
      "a volume of a StatefulSet's claims",
      one("apps/v1", "StatefulSet", {
        selector: { matchLabels: {} },
        template: { spec: { containers: [{ ...container, ...mounting }] } },
        volumeClaimTemplates: [{ metadata: { name: "data" } }],
      }),
    ],
    ["a target port without a name", service({ port: 80, targetPort: "" })],
    ["a target port of 15 characters", service({ port: 80, targetPort: "http-of-my-shop" })],
    [
      "a probe of a number in quotes, or of a name that the container has",
      deployment({
        ports: [{ name: "http", containerPort: 80 }, { containerPort: 81 }],
        readinessProbe: { httpGet: { port: "http" } },
        livenessProbe: { tcpSocket: { port: "80" } },
        startupProbe: { exec: { command: ["true"] } },
      }),
    ],
    [
      "a custom resource, whose operator completes its pods",
      one("example.com/v1", "Deployment", {
        template: { spec: { containers: [{ name: "web" }] } },
      }),
    ],
  ])("is not %s", (_, object) => {
    expect(invalidObjects([object])).toEqual([]);
  });
});
