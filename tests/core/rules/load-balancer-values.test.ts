import type { KubernetesObject } from "../../../core/manifests/manifest";
import { invalidLoadBalancers } from "../../../core/rules/load-balancer-values";

const told = (values: Readonly<Record<string, string>>, spec: object = { type: "LoadBalancer" }) =>
  invalidLoadBalancers([
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: {
        name: "web",
        annotations: Object.fromEntries(
          Object.entries(values).map(([name, value]) => [
            `service.beta.kubernetes.io/do-loadbalancer-${name}`,
            value,
          ]),
        ),
      },
      spec,
    } as KubernetesObject,
  ]).map(({ message }) => message);

it.each([
  ["type", "network", "REGIONAL or REGIONAL_NETWORK"],
  ["network", "internal", "EXTERNAL or INTERNAL"],
  ["size-slug", "lb-huge", "lb-small or lb-medium or lb-large"],
  ["size-unit", "0", "whole numbers from 1 to 100"],
  ["size-unit", "101", "whole numbers from 1 to 100"],
  ["size-unit", "two", "whole numbers from 1 to 100"],
])("the annotation %s cannot be %s", (name, value, allowed) => {
  expect(told({ [name]: value })).toEqual([
    `Service/web: its annotation do-loadbalancer-${name} is "${value}", but DigitalOcean allows ${allowed}`,
  ]);
});

it("one size is named once", () => {
  expect(told({ "size-unit": "2", "size-slug": "lb-medium" })).toEqual([
    expect.stringContaining("allows only one"),
  ]);
});

it.each([
  ["no annotations", {}],
  ["all that is allowed", { type: "REGIONAL", network: "INTERNAL", "size-unit": "100" }],
  ["a size by name", { "size-slug": "lb-large" }],
])("%s are well", (_, values) => {
  expect(told(values)).toEqual([]);
});

it("a Service for no load balancer may say anything", () => {
  expect(told({ type: "other" }, { type: "ClusterIP" })).toEqual([]);
});
