import {
  entriesOf,
  imagesOf,
  type KubernetesObject,
  volumeGiBOf,
} from "../../core/manifests/manifest";

const object = (kind: string, spec: unknown, apiVersion = "v1"): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name: kind.toLowerCase() },
  spec,
});

describe("imagesOf", () => {
  it("finds images of containers and init containers at any depth, each once, sorted", () => {
    const pod = { initContainers: [{ image: "busybox" }], containers: [{ image: "acme/api:1" }] };
    expect(
      imagesOf([
        object("Deployment", { template: { spec: pod } }, "apps/v1"),
        object("CronJob", { jobTemplate: { spec: { template: { spec: pod } } } }, "batch/v1"),
        object("Pod", { containers: [{ image: "redis" }] }),
        object("ConfigMap", { image: "not-a-container" }),
      ]),
    ).toEqual(["acme/api:1", "busybox", "redis"]);
  });
});

describe("entriesOf", () => {
  it("finds the load balancers with the port they serve", () => {
    expect(
      entriesOf([
        object("Service", { type: "LoadBalancer", ports: [{ port: 8080 }] }),
        object("Service", { type: "LoadBalancer", ports: [{ port: 443 }] }),
        object("Service", { type: "ClusterIP", ports: [{ port: 80 }] }),
        object("Service", { ports: [{ port: 80 }] }),
      ]),
    ).toEqual([
      { service: "service", port: 8080, scheme: "http", loadBalancer: "network" },
      { service: "service", port: 443, scheme: "https", loadBalancer: "network" },
    ]);
  });

  it("says that a Service asks for a load balancer of the HTTP kind", () => {
    const service = object("Service", { type: "LoadBalancer", ports: [{ port: 80 }] });
    const annotations = { "service.beta.kubernetes.io/do-loadbalancer-type": "REGIONAL" };
    const metadata = { ...service.metadata, annotations };
    expect(entriesOf([{ ...service, metadata }])).toEqual([
      expect.objectContaining({ loadBalancer: "http" }),
    ]);
  });
});

describe("volumeGiBOf", () => {
  it("counts claims, and a StatefulSet's as often as it has replicas, in whole GiB", () => {
    const claim = (storage: string) => ({ resources: { requests: { storage } } });
    expect(
      volumeGiBOf([
        object("PersistentVolumeClaim", claim("1500Mi")),
        object(
          "StatefulSet",
          { replicas: 3, volumeClaimTemplates: [{ spec: claim("10Gi") }] },
          "apps/v1",
        ),
        object("StatefulSet", { volumeClaimTemplates: [{ spec: claim("1Gi") }] }, "apps/v1"),
      ]),
    ).toBe(2 + 30 + 1);
  });
});
