import type { Service } from "../../kubernetes/api/objects";
import { loadBalancerRequest } from "../../kubernetes/cloud-controller/load-balancer-request";

const PREFIX = "service.beta.kubernetes.io/do-loadbalancer-";

function request(annotations: Record<string, string>, ports: Service["spec"]["ports"]) {
  const service: Service = {
    metadata: {
      name: "web",
      uid: "15606bea-840b-4d75-bd01-727591fed27a",
      resourceVersion: "1",
      annotations,
    },
    spec: { type: "LoadBalancer", ports: ports ?? [] },
  };
  return loadBalancerRequest(service, { clusterId: "cluster", region: "nyc1" }, [1, 2]);
}

const rules = (protocol: string, entryPort: number, targetPort: number) => [
  { entryProtocol: protocol, entryPort, targetProtocol: protocol, targetPort },
];

describe("the load balancer of a Service", () => {
  test("hands on to the Service's port when it is one for networks, which is the default", () => {
    expect(request({}, [{ port: 80, nodePort: 30080 }])).toEqual({
      clusterId: "cluster",
      serviceUid: "15606bea-840b-4d75-bd01-727591fed27a",
      name: "a15606bea840b4d75bd01727591fed27",
      type: "REGIONAL_NETWORK",
      region: "nyc1",
      forwardingRules: rules("tcp", 80, 80),
      dropletIds: [1, 2],
    });
  });

  test("hands on to the nodes' port, in the protocol of the annotation, when it is regional", () => {
    const annotations = { [`${PREFIX}type`]: "REGIONAL", [`${PREFIX}protocol`]: "http" };
    const { type, forwardingRules } = request(annotations, [{ port: 80, nodePort: 30080 }]);
    expect(type).toBe("REGIONAL");
    expect(forwardingRules).toEqual(rules("http", 80, 30080));
  });

  test("carries UDP, too", () => {
    const { forwardingRules } = request({}, [{ port: 53, protocol: "UDP" }]);
    expect(forwardingRules).toEqual(rules("udp", 53, 53));
  });

  test("fails when the protocol is none of DigitalOcean's", () => {
    const annotations = { [`${PREFIX}type`]: "REGIONAL", [`${PREFIX}protocol`]: "gopher" };
    expect(() => request(annotations, [{ port: 70 }])).toThrow(
      `annotation ${PREFIX}protocol is "gopher", allowed are tcp, http, https, http2`,
    );
  });
});
