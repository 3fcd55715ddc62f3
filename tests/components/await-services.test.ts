import type * as pulumi from "@pulumi/pulumi";
import { awaitServices } from "../../components/await-services";

const SERVICE = "kubernetes:core/v1:Service";
const selector = { app: "web" };

/** The annotations that a Service has after the transform. */
async function annotationsOf(props: object, type = SERVICE): Promise<unknown> {
  const args = { custom: true, type, name: "web", props, opts: {} };
  const result = await awaitServices(args as pulumi.ResourceTransformArgs);
  const changed = (result?.props ?? props) as { metadata?: { annotations?: object } };
  return changed.metadata?.annotations;
}

const ADDRESS = { "pulumi.com/waitFor": "jsonpath={.status.loadBalancer.ingress}" };
const CLUSTER_IP = { "pulumi.com/waitFor": "jsonpath={.spec.clusterIP}" };

test.each([
  ["a load balancer", { type: "LoadBalancer", selector }, ADDRESS],
  ["an address in the cluster", { type: "ClusterIP", selector }, CLUSTER_IP],
  ["an address in the cluster, by default", { selector }, CLUSTER_IP],
  ["a port of every node", { type: "NodePort", selector }, CLUSTER_IP],
])("waits for the address of a Service with %s", async (_, spec, annotations) => {
  expect(await annotationsOf({ metadata: { name: "web" }, spec })).toEqual(annotations);
});

test.each([
  ["has no address", { clusterIP: "None", selector }],
  ["selects no pods", { type: "ClusterIP" }],
  ["selects no pods, with an empty selector", { type: "LoadBalancer", selector: {} }],
  ["is an external name", { type: "ExternalName", externalName: "example.com", selector }],
])("does not change a Service that %s, for which Pulumi does not wait longer", async (_, spec) => {
  expect(await annotationsOf({ metadata: { name: "web" }, spec })).toBeUndefined();
});

test.each([
  ["pulumi.com/waitFor", "condition=Ready"],
  ["pulumi.com/skipAwait", "true"],
])("keeps the tree's own annotation %s", async (name, value) => {
  const annotations = { [name]: value };
  expect(await annotationsOf({ metadata: { annotations }, spec: { selector } })).toEqual(
    annotations,
  );
});

test("keeps other annotations", async () => {
  const metadata = { annotations: { team: "shop" } };
  expect(await annotationsOf({ metadata, spec: { selector } })).toEqual({
    team: "shop",
    ...CLUSTER_IP,
  });
});

test("does not change other kinds", async () => {
  expect(
    await annotationsOf({ spec: { selector } }, "kubernetes:apps/v1:Deployment"),
  ).toBeUndefined();
});
