import { imagesOf } from "../../core/manifests/manifest";
import { object } from "../helpers/kubernetes-objects";

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
