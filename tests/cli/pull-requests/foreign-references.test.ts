import { foreignReferences } from "../../../cli/pull-requests/foreign-references";
import type { KubernetesObject } from "../../../core/manifests/manifest";

const object = (kind: string, name: string, more: object = {}, apiVersion = "v1") =>
  ({ apiVersion, kind, metadata: { name }, ...more }) as KubernetesObject;
/** A Deployment with this in its pods' spec. */
const deployment = (spec: object) =>
  object("Deployment", "web", { spec: { template: { spec } } }, "apps/v1");
const faults = (...objects: KubernetesObject[]) => foreignReferences(objects);

describe("what a fork's objects refer to", () => {
  it("may be the tree's own ConfigMaps and Secrets", () => {
    const env = [{ valueFrom: { secretKeyRef: { name: "own", key: "a" } } }];
    expect(
      faults(
        object("Secret", "own", { type: "Opaque" }),
        object("ServiceAccount", "worker"),
        deployment({
          serviceAccountName: "worker",
          containers: [{ env, envFrom: [{ secretRef: { name: "own" } }, { configMapRef: {} }] }],
          volumes: [
            { secret: { secretName: "own" } },
            { projected: { sources: [{ secret: { name: "own" } }] } },
          ],
        }),
        object("Service", "web", { spec: { type: "LoadBalancer" } }),
        object("Ingress", "web", {}, "networking.k8s.io/v1"),
      ),
    ).toEqual([]);
  });

  it.each([
    [
      "a variable",
      { containers: [{ env: [{ valueFrom: { secretKeyRef: { name: "registry" } } }] }] },
    ],
    ["all variables", { initContainers: [{ envFrom: [{ secretRef: { name: "registry" } }] }] }],
    ["a volume", { volumes: [{ secret: { secretName: "registry" } }] }],
    [
      "a volume among several",
      { volumes: [{ projected: { sources: [{ secret: { name: "registry" } }] } }] },
    ],
    ["a driver's volume", { volumes: [{ csi: { nodePublishSecretRef: { name: "registry" } } }] }],
    ["a pull secret", { imagePullSecrets: [{ name: "registry" }] }],
  ])("may not use an existing Secret as %s", (_, spec) => {
    expect(faults(deployment(spec))).toEqual([
      "Deployment/web: refers to Secret registry, which is not its own",
    ]);
  });

  it("may not run as the environment's developer, in any way", () => {
    const refused = "Deployment/web: refers to ServiceAccount developer, which is not its own";
    expect(faults(deployment({ serviceAccountName: "developer" }))).toEqual([refused]);
    expect(faults(deployment({ serviceAccount: "developer" }))).toEqual([refused]);
  });
});
