import { foreignObjectFaults } from "../../../cli/pull-requests/foreign-objects";
import type { KubernetesObject } from "../../../core/manifests/manifest";

const RESERVED = ["registry", "developer"];

const object = (kind: string, name: string, more: object = {}, apiVersion = "v1") =>
  ({ apiVersion, kind, metadata: { name }, ...more }) as KubernetesObject;
/** A Deployment with this in its pods' spec. */
const deployment = (spec: object) =>
  object("Deployment", "web", { spec: { template: { spec } } }, "apps/v1");
const faults = (...objects: KubernetesObject[]) => foreignObjectFaults(objects, RESERVED);

describe("what a fork's overlay renders to", () => {
  it("may be workloads with ConfigMaps and Secrets of their own", () => {
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
    ["Role", "rbac.authorization.k8s.io/v1"],
    ["RoleBinding", "rbac.authorization.k8s.io/v1"],
    ["ClusterRoleBinding", "rbac.authorization.k8s.io/v1"],
    ["PersistentVolume", "v1"],
    ["ValidatingWebhookConfiguration", "admissionregistration.k8s.io/v1"],
    ["CustomResourceDefinition", "apiextensions.k8s.io/v1"],
    ["Deployment", "evil.example.com/v1"],
    ["NetworkPolicy", "networking.k8s.io/v1"],
  ])("may not be a %s of %s", (kind, apiVersion) => {
    expect(faults(object(kind, "x", {}, apiVersion))).toEqual([
      `${kind} x (${apiVersion}) is of a kind that is not allowed of a fork`,
    ]);
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
  ])("may not take a Secret that is there as %s", (_, spec) => {
    expect(faults(deployment(spec))).toEqual([
      "Deployment web refers to Secret registry, which is not its own",
    ]);
  });

  it("may not run as the environment's developer, in any way", () => {
    const refused = "Deployment web refers to ServiceAccount developer, which is not its own";
    expect(faults(deployment({ serviceAccountName: "developer" }))).toEqual([refused]);
    expect(faults(deployment({ serviceAccount: "developer" }))).toEqual([refused]);
    expect(
      faults(
        object("ServiceAccount", "developer"),
        object("Secret", "stolen", {
          type: "kubernetes.io/service-account-token",
          metadata: {
            name: "stolen",
            annotations: { "kubernetes.io/service-account.name": "developer" },
          },
        }),
      ),
    ).toEqual([
      "ServiceAccount developer has a name of the environment's own",
      "Secret stolen is of type kubernetes.io/service-account-token, which is not allowed of a fork",
    ]);
  });

  it("may not take the name of the registry's Secret, to be filled with its credentials", () => {
    expect(
      faults(
        object("Secret", "registry"),
        deployment({ volumes: [{ secret: { secretName: "registry" } }] }),
      ),
    ).toContain("Secret registry has a name of the environment's own");
  });

  it("may not take over a load balancer of the account", () => {
    const annotations = { "kubernetes.digitalocean.com/load-balancer-id": "1b2c" };
    expect(faults(object("Service", "web", { metadata: { name: "web", annotations } }))).toEqual([
      "Service web has the annotation kubernetes.digitalocean.com/load-balancer-id, which is not allowed of a fork",
    ]);
  });
});
