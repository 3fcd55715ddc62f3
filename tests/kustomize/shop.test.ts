import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseQuantity } from "../../core/quantity";
import { SERVICES } from "../helpers/sample-shop";
import {
  build,
  type Container,
  type Deployment,
  kustomize,
  type Manifest,
  named,
  nameOf,
  ofKind,
  type Service,
  serverOf,
} from "./manifests";

const publicImage = (service: string): unknown =>
  service === "redis"
    ? "redis:alpine"
    : `us-central1-docker.pkg.dev/online-boutique-ci/microservices-demo/${service}:v0.10.6`;
const releasedImage = (service: string): unknown =>
  expect.stringMatching(`^registry\\.digitalocean\\.com/microservices-demo/${service}:[\\w.-]+$`);

describe.each([
  { overlay: "local", entryType: "ClusterIP", image: publicImage },
  { overlay: "dev", entryType: "LoadBalancer", image: publicImage },
  { overlay: "ci", entryType: "LoadBalancer", image: publicImage },
  { overlay: "staging", entryType: "LoadBalancer", image: releasedImage },
  { overlay: "prod", entryType: "LoadBalancer", image: releasedImage },
])("the shop's overlay $overlay", ({ overlay, entryType, image }) => {
  let objects: Manifest[];
  let deployments: Deployment[];
  let services: Service[];

  beforeAll(() => {
    objects = build(`kustomize/${overlay}`);
    deployments = ofKind(objects, "Deployment");
    services = ofKind(objects, "Service");
  });

  test("has a Deployment of one container, and a Service, for each of the eleven services", () => {
    expect(deployments.map(nameOf)).toEqual(SERVICES);
    expect(deployments.map((each) => each.spec.template.spec.containers.length)).toEqual(
      SERVICES.map(() => 1),
    );
    expect(services.map(nameOf)).toEqual(SERVICES);
  });

  test("keeps everything in the namespace that it brings", () => {
    const namespaces = ofKind(objects, "Namespace").map(nameOf);
    expect(namespaces).toEqual([`microservices-demo-${overlay}`]);
    const namespaced = objects.filter(({ kind }) => kind !== "Namespace");
    expect([...new Set(namespaced.map((each) => each.metadata.namespace))]).toEqual(namespaces);
  });

  test("has no two objects of the same identity", () => {
    const identities = objects.map((each) => `${each.kind} ${nameOf(each)}`);
    expect(identities).toEqual([...new Set(identities)]);
  });

  test("names the source of every image", () => {
    expect(deployments.map((each) => serverOf(each).image)).toEqual(SERVICES.map(image));
  });

  test("opens one door to the outside: the frontend, on port 80", () => {
    expect(services.map((each) => each.spec.type ?? "ClusterIP")).toEqual(
      SERVICES.map((service) => (service === "frontend" ? entryType : "ClusterIP")),
    );
    expect(named(services, "frontend").spec.ports.map(({ port }) => port)).toEqual([80]);
  });
});

describe("every service of the shop", () => {
  let deployments: Deployment[];
  let services: Service[];

  beforeAll(() => {
    const objects = build("kustomize/dev");
    deployments = ofKind(objects, "Deployment");
    services = ofKind(objects, "Service");
  });

  test.each(SERVICES)("%s: its Service reaches its pods", (service) => {
    const deployment = named(deployments, service);
    const { labels } = deployment.spec.template.metadata;
    const { selector, ports } = named(services, service).spec;
    expect(Object.keys(selector)).not.toEqual([]);
    expect(labels).toMatchObject(selector);
    expect(labels).toMatchObject(deployment.spec.selector.matchLabels);
    expect(serverOf(deployment).ports.map(({ name }) => name)).toEqual(
      ports.map(({ targetPort }) => targetPort),
    );
  });

  test.each(SERVICES)("%s: is probed where it listens, and bounded by limits", (service) => {
    const server = serverOf(named(deployments, service));
    expect(server).toMatchObject({
      startupProbe: expect.any(Object),
      readinessProbe: expect.any(Object),
      livenessProbe: expect.any(Object),
    });
    const own = server.ports.flatMap(({ name, containerPort }) => [name, containerPort]);
    expect(own).toEqual(expect.arrayContaining(probedPorts(server)));
    const { requests, limits } = server.resources;
    expect(quantity(requests.cpu)).toBeLessThanOrEqual(quantity(limits.cpu));
    expect(quantity(requests.memory)).toBeLessThanOrEqual(quantity(limits.memory));
  });

  test.each(SERVICES)("%s: satisfies Pod Security `restricted`, on a read-only disk", (service) => {
    expect(named(deployments, service).spec.template.spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 1000,
        seccompProfile: { type: "RuntimeDefault" },
      },
      containers: [
        {
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
        },
      ],
    });
  });

  test.each(["frontend", "checkoutservice", "recommendationservice", "cartservice"])(
    "%s: calls the others where they listen",
    (service) => {
      // The assistant is a service of the demo that this shop leaves out.
      const called = (serverOf(named(deployments, service)).env ?? [])
        .filter(({ name }) => name.endsWith("_ADDR") && !name.startsWith("SHOPPING_ASSISTANT"))
        .map(({ value }) => value);
      const listening = services.flatMap((each) =>
        each.spec.ports.map(({ port }) => `${nameOf(each)}:${port}`),
      );
      expect(called).not.toEqual([]);
      expect(listening).toEqual(expect.arrayContaining(called));
    },
  );

  /**
   * What two s-2vcpu-4gb nodes leave for the shop. Cores: each offers pods 1.9, DOKS' own request 0.512 a node and 0.3
   * a cluster. Memory: each offers pods 2.5 GiB, of which 0.5 GiB is assumed to go to DOKS' own.
   *
   * @see https://github.com/digitalocean/marketplace-kubernetes/issues/421
   * @see https://docs.digitalocean.com/products/kubernetes/details/limits/
   */
  const left = { cpu: 2 * (1.9 - 0.512) - 0.3, memory: 2 * (2.5 - 0.5) * 2 ** 30 };

  test("together: fit on two s-2vcpu-4gb nodes, and add up to the sums in the base", () => {
    const requests = total(deployments, "requests");
    const limits = total(deployments, "limits");
    expect(requests.cpu).toBeLessThan(left.cpu);
    expect(requests.memory).toBeLessThan(left.memory);
    expect(
      readFileSync(join(__dirname, "../../kustomize/base/kustomization.yaml"), "utf8"),
    ).toContain(
      `Requests add up to ${milli(requests.cpu)}m CPU and ${mebi(requests.memory)}Mi memory, ` +
        `limits to ${milli(limits.cpu)}m and ${mebi(limits.memory)}Mi`,
    );
  });
});

test("the root of the tree is the overlay for a local cluster", () => {
  expect(kustomize("kustomize")).toBe(kustomize("kustomize/local"));
});

function probedPorts({ startupProbe, readinessProbe, livenessProbe }: Container): unknown[] {
  return [startupProbe, readinessProbe, livenessProbe]
    .flatMap(({ grpc, httpGet, tcpSocket }) => [grpc, httpGet, tcpSocket])
    .flatMap((handler) => (handler ? [handler.port] : []));
}

/** NaN for what is not a quantity: it compares to nothing, so that the test fails. */
function quantity(text: string): number {
  return parseQuantity(text) ?? Number.NaN;
}

function total(
  deployments: readonly Deployment[],
  which: "requests" | "limits",
): { cpu: number; memory: number } {
  const bounds = deployments.map((each) => serverOf(each).resources[which]);
  return {
    cpu: bounds.reduce((sum, { cpu }) => sum + quantity(cpu), 0),
    memory: bounds.reduce((sum, { memory }) => sum + quantity(memory), 0),
  };
}

function milli(cores: number): number {
  return Math.round(cores * 1000);
}

function mebi(bytes: number): number {
  return bytes / 2 ** 20;
}
