import { parse } from "yaml";
import { findSharedCluster } from "../../components/shared-cluster";
import { withServer } from "../helpers/local-server";
import { Recording } from "../helpers/record-mocks";

const cluster = (id: string, name: string, state = "running") => ({
  id,
  name,
  region: "fra1",
  cluster_subnet: "10.108.0.0/16",
  service_subnet: "10.109.0.0/19",
  registry_enabled: true,
  status: { state },
  node_pools: [
    { size: "s-1vcpu-2gb", count: 1, auto_scale: false, max_nodes: 0 },
    { size: "s-4vcpu-8gb", count: 2, auto_scale: true, max_nodes: 10 },
  ],
});

/** Looks a cluster up in an account that has these. */
async function find(wanted: string, ...clusters: object[]): Promise<unknown> {
  let found: unknown;
  await withServer(
    ({ url = "" }, response) =>
      response.end(
        JSON.stringify(
          url.includes("/credentials")
            ? { server: "https://one.example.com", certificate_authority_data: "Q0E=", token: "t" }
            : { kubernetes_clusters: clusters },
        ),
      ),
    async ({ url: origin }) => {
      found = await findSharedCluster(wanted, { origin, token: "t" }).catch(
        (error: Error) => error.message,
      );
    },
  );
  return found;
}

beforeEach(() => Recording.start());

describe("a shared cluster", () => {
  it.each(["the-id", "team"])("is found as %s, with its maximum capacity", async (wanted) => {
    expect(await find(wanted, cluster("the-id", "team"), cluster("other", "x"))).toMatchObject({
      id: "the-id",
      name: "team",
      podSubnet: "10.108.0.0/16",
      registryIntegration: true,
      pools: [
        { size: "s-1vcpu-2gb", count: 1 },
        { size: "s-4vcpu-8gb", count: 10 },
      ],
    });
  });

  it("is reached without a credential in the kubeconfig", async () => {
    const { kubeconfig } = (await find("team", cluster("the-id", "team"))) as {
      kubeconfig: string;
    };
    expect(parse(kubeconfig)).toMatchObject({
      clusters: [{ cluster: { server: "https://one.example.com" } }],
      users: [{ user: { exec: { args: ["bin/exec-credential.js", "the-id"] } } }],
    });
    expect(kubeconfig).not.toContain("token");
  });

  it("is refused when it is missing, ambiguous or not running", async () => {
    expect(await find("gone", cluster("the-id", "team"))).toMatch(
      /has no cluster "gone" for the environment; it has team\n {2}fix: pulumi config set --stack alice-dev hostCluster/,
    );
    expect(await find("team", cluster("1", "team"), cluster("2", "team"))).toMatch(
      /has 2 clusters named "team": 1, 2/,
    );
    expect(await find("team", cluster("1", "team", "provisioning"))).toMatch(
      /"team" is not running: it is provisioning/,
    );
  });
});
