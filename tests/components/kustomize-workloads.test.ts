import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { awaitServices } from "../../components/await-services";
import { KustomizeWorkloads } from "../../components/kustomize-workloads";
import type { Entry } from "../../core/manifests/entry";
import { withServer } from "../helpers/local-server";
import { lines, only, promiseOf, Recording } from "../helpers/record-mocks";

const DIRECTORY = "kubernetes:kustomize/v2:Directory";
const SERVICE = "kubernetes:core/v1:Service";
const WEB = { service: "web", port: 80, scheme: "http" } as const;

/** Declares the workloads of a cluster where load balancers get this address. */
async function declare(
  entry: Entry | undefined,
  ingress: Record<string, string>[] = [{ ip: "203.0.113.7" }],
  annotations: Record<string, string> = {},
) {
  const resources: pulumi.Resource[] = [];
  const recording = await Recording.start({
    computed: {
      [SERVICE]: ({ metadata }) => ({
        metadata: { ...(metadata as object), annotations },
        status: { loadBalancer: { ingress } },
      }),
      [DIRECTORY]: () => ({ resources }),
    },
  });
  const provider = new k8s.Provider("cluster", { kubeconfig: "{}" });
  // What the directory renders to; the provider registers it in the engine's stead.
  for (const name of ["api", "frontend", "web"]) {
    const service = new k8s.core.v1.Service(name, { metadata: { name } }, { provider });
    await promiseOf(service.urn);
    resources.push(service);
  }
  const write = jest.fn();
  const workloads = new KustomizeWorkloads("workloads", {
    directory: ".rendered/alice-dev",
    write,
    namespace: "alice-dev",
    entry,
    provider,
  });
  return { recording, workloads, write };
}

describe("KustomizeWorkloads", () => {
  it("passes the rendering's folder with a path that is the same on every machine", async () => {
    const { recording, write } = await declare(undefined);
    const resources = await recording.resources();
    expect(write).toHaveBeenCalledTimes(1);
    expect(lines(resources.filter(({ type }) => type !== SERVICE))).toEqual([
      "ephemeral-doks:components:KustomizeWorkloads workloads",
      `${DIRECTORY} workloads`,
      "pulumi:providers:kubernetes cluster",
    ]);
    expect(only(resources, DIRECTORY)).toMatchObject({
      parent: "workloads",
      inputs: { directory: ".rendered/alice-dev", namespace: "alice-dev" },
    });
  });

  it("awaits each Service by its type", async () => {
    const { recording } = await declare(undefined);
    await recording.resources();
    expect(recording.transforms).toEqual([awaitServices]);
  });

  it.each([
    [{ service: "frontend", port: 80, scheme: "http" } as const, "http://203.0.113.7"],
    [{ service: "frontend", port: 8080, scheme: "http" } as const, "http://203.0.113.7:8080"],
    [{ service: "frontend", port: 443, scheme: "https" } as const, "https://203.0.113.7"],
  ])("builds the url from the address of %j", async (entry, url) => {
    const { workloads } = await declare(entry);
    expect(await promiseOf(workloads.url)).toBe(url);
  });

  it("uses the load balancer's address if the tree sets a host name", async () => {
    const load_balancer = { ip: "203.0.113.9" };
    await withServer(
      ({ url }, response) => {
        response.writeHead(url === "/v2/load_balancers/lb-1" ? 200 : 404);
        response.end(JSON.stringify({ load_balancer }));
      },
      async ({ url }) => {
        jest.replaceProperty(process, "env", {
          ...process.env,
          DIGITALOCEAN_API_URL: url,
          DIGITALOCEAN_TOKEN: "the-token",
        });
        const { workloads } = await declare(WEB, [{ hostname: "shop.example.com" }], {
          "kubernetes.digitalocean.com/load-balancer-id": "lb-1",
        });
        expect(await promiseOf(workloads.url)).toBe("http://203.0.113.9");
      },
    );
  });

  it("uses a host name without an address", async () => {
    const { workloads } = await declare(WEB, [{ hostname: "lb.example.com" }]);
    expect(await promiseOf(workloads.url)).toBe("http://lb.example.com");
  });

  it("has no url without an entry", async () => {
    const { workloads } = await declare(undefined);
    expect(await promiseOf(workloads.url)).toBeUndefined();
  });
});
