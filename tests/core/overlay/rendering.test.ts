import { describeError } from "../../../core/errors";
import type { KubernetesObject } from "../../../core/manifests/manifest";
import type { OverlayArgs } from "../../../core/overlay/generate";
import { NOTHING_ALLOWED } from "../../../core/overlay/kustomize";
import { complete } from "../../../core/overlay/rendering";

const DEPLOYMENT: KubernetesObject = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "api" },
  spec: {
    template: {
      spec: {
        initContainers: [{ image: "busybox:1.37" }],
        containers: [{ name: "api", image: "acme/api:1" }, { image: "registry:5000/acme/api" }],
      },
    },
  },
};
const SERVICE: KubernetesObject = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web" },
  spec: { type: "LoadBalancer", ports: [{ port: 80 }] },
};

const ARGS: OverlayArgs = {
  projectFolder: "/project",
  stack: "alice-dev",
  overlay: "kustomize/dev",
  target: ".rendered/alice-dev",
  namespace: "alice-dev",
  labels: {},
  images: {},
  pins: {},
  bounds: { trust: "own", podSecurity: "baseline" },
  build: NOTHING_ALLOWED,
};

const images = (overrides: Partial<OverlayArgs>) =>
  complete([DEPLOYMENT], { ...ARGS, ...overrides }).images;

describe("complete", () => {
  it("tells images, entries and storage, and changes nothing that nobody asks to", () => {
    expect(complete([DEPLOYMENT, SERVICE], ARGS)).toEqual({
      objects: [DEPLOYMENT, SERVICE],
      images: ["acme/api:1", "busybox:1.37", "registry:5000/acme/api"],
      entries: [{ service: "web", ports: [{ port: 80, scheme: "http" }] }],
    });
  });

  it.each<[Partial<OverlayArgs>, string[]]>([
    [
      { imageTag: "2026_11_30" },
      ["acme/api:2026_11_30", "busybox:1.37", "registry:5000/acme/api:2026_11_30"],
    ],
    [
      { images: { "acme/api": { name: "other.example.com/api" } } },
      ["busybox:1.37", "other.example.com/api:1", "registry:5000/acme/api"],
    ],
    [
      { images: { "registry:5000/acme/api": { digest: `sha256:${"0".repeat(64)}` } } },
      ["acme/api:1", "busybox:1.37", `registry:5000/acme/api@sha256:${"0".repeat(64)}`],
    ],
    [
      { pins: { "acme/api:1": `sha256:${"1".repeat(64)}` } },
      [`acme/api@sha256:${"1".repeat(64)}`, "busybox:1.37", "registry:5000/acme/api"],
    ],
  ])("gives images as %j says", (overrides, expected) => {
    expect(images(overrides)).toEqual(expected);
  });

  it("keeps the entry of an environment that nobody outside reaches, for what runs in the cluster", () => {
    const { entry, entries } = complete([SERVICE], {
      ...ARGS,
      access: { entry: {}, networks: [] },
    });
    expect({ entry, entries }).toEqual({
      entry: { service: "web", port: 80, scheme: "http" },
      entries: [],
    });
  });

  it("lets in networks at the entry that ends TLS", () => {
    const { objects, entry } = complete([SERVICE], {
      ...ARGS,
      https: { entry: {}, certificate: "cert" },
      access: { entry: {}, networks: ["203.0.113.0/24"] },
    });
    expect(entry).toEqual({ service: "web", port: 443, scheme: "https" });
    expect(objects[0]?.spec).toMatchObject({ loadBalancerSourceRanges: ["203.0.113.0/24"] });
  });

  it("leaves lists in the schema of a custom resource alone", () => {
    const definition: KubernetesObject = {
      ...{ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" },
      metadata: { name: "a" },
      spec: { containers: [{ image: "acme/api:1" }] },
    };
    const { objects } = complete([DEPLOYMENT, definition], { ...ARGS, imageTag: "2" });
    expect(objects[1]).toEqual(definition);
  });

  it("takes out where objects come from", () => {
    const origin = { "config.kubernetes.io/origin": "path: a.yaml\n" };
    const noted = (annotations: Record<string, string>) => ({
      ...DEPLOYMENT,
      metadata: { name: "api", annotations: { ...annotations, ...origin } },
    });
    expect(complete([noted({}), noted({ a: "b" })], ARGS).objects).toEqual([
      DEPLOYMENT,
      { ...DEPLOYMENT, metadata: { name: "api", annotations: { a: "b" } } },
    ]);
  });

  it("fails for an image override that matches no image", () => {
    const told = () => complete([DEPLOYMENT], { ...ARGS, images: { cart: { tag: "2" } } });
    expect(failure(told)).toMatch(
      /images.cart does not match an image of the overlay; .*\n {2}fix: pulumi config rm --stack alice-dev --path/,
    );
  });
});

function failure(work: () => unknown): string {
  try {
    work();
    return "it did not fail";
  } catch (error) {
    return describeError(error);
  }
}

it("refuses empty items of lists, with the place of each", () => {
  const service = { ...SERVICE, spec: { ports: [{ port: 80 }, null] } };
  const role = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name: "reader" },
    rules: [{ apiGroups: [""], resources: [null], verbs: ["get"] }],
  };
  const custom = { ...role, apiVersion: "example.com/v1", kind: "Thing" };
  expect(() => complete([service, custom], ARGS)).toThrow("Service/web: spec.ports[1] is empty");
  expect(() => complete([service, role], ARGS)).toThrow(
    /Service\/web: spec\.ports\[1\] is empty.*Role\/reader: rules\[0\]\.resources\[0\] is empty/s,
  );
});
