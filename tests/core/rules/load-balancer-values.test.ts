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

it("only one of the size annotations is allowed", () => {
  expect(told({ "size-unit": "2", "size-slug": "lb-medium" })).toEqual([
    expect.stringContaining("allows only one"),
  ]);
});

it.each([
  ["no annotations", {}],
  ["all that is allowed", { type: "REGIONAL", network: "INTERNAL", "size-unit": "100" }],
  ["a size by name", { "size-slug": "lb-large" }],
])("%s are valid", (_, values) => {
  expect(told(values)).toEqual([]);
});

it("a Service without a load balancer may have any values", () => {
  expect(told({ type: "other" }, { type: "ClusterIP" })).toEqual([]);
});

const SPEC = { type: "LoadBalancer", ports: [{ port: 80 }, { port: 443 }] };

it.each<[string, Readonly<Record<string, string>>, string]>([
  ["a port for TLS", { "tls-ports": "443" }, "443"],
  ["ports for HTTP/2", { "http2-ports": "80,443" }, "80, 443"],
  ["a protocol for all ports", { protocol: "https" }, "80, 443"],
  ["a protocol for the rest", { protocol: "http2", "http-ports": "80" }, "443"],
  ["TLS that is not passed through", { "tls-ports": "443", "tls-passthrough": "no" }, "443"],
])("a load balancer for HTTP with %s needs a certificate", (_, values, ports) => {
  expect(told({ type: "REGIONAL", ...values }, SPEC)).toEqual([
    `Service/web: its load balancer is to end TLS at port ${ports}, for which it has no certificate`,
  ]);
});

it.each<[string, Readonly<Record<string, string>>]>([
  ["for networks", { "tls-ports": "443" }],
  ["that has one", { type: "REGIONAL", "tls-ports": "443", "certificate-id": "1" }],
  ["that has one by name", { type: "REGIONAL", protocol: "https", "certificate-name": "shop" }],
  ["that passes TLS through", { type: "REGIONAL", protocol: "https", "tls-passthrough": "True" }],
  ["for plain HTTP", { type: "REGIONAL", protocol: "http", "tls-ports": "8443" }],
])("a load balancer %s needs no certificate", (_, values) => {
  expect(told(values, SPEC)).toEqual([]);
});
