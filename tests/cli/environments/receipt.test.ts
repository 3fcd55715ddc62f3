import { DigitalOcean } from "../../../cli/account/digitalocean";
import { leftovers } from "../../../cli/environments/receipt";
import { withServer } from "../../helpers/local-server";
import { clusterWith } from "../shared-clusters/support/fake-cluster";

const TAGS = ["project:shop", "stack:alice-dev"];
const ID = "7c7dc0f5-7d3a-4b77-9d5e-7e9a5c1b0f44";
const TRACE = { id: ID, clusterIds: ["c-1"], strays: [], foreign: [] };

/** An account with something of alice's and something of bob's in every kind, alice's on the second page. */
function account(path: string): Record<string, unknown> {
  const { pathname, searchParams } = new URL(path, "http://localhost");
  const page = Number(searchParams.get("page"));
  const list = (key: string, ours: object) => ({
    [key]: page === 1 ? [{ id: "bob", name: "bob", tags: ["k8s:c-2", ...TAGS] }] : [ours],
    links: page === 1 ? { pages: { next: `http://localhost${pathname}?page=2` } } : {},
  });
  switch (pathname) {
    case "/v2/kubernetes/clusters":
      return list("kubernetes_clusters", { id: "c-1", name: "alice-dev", tags: ["k8s", ...TAGS] });
    case "/v2/droplets":
      return list("droplets", { id: 17, name: "node-1", tags: [`id:${ID}`] });
    case "/v2/load_balancers":
      return list("load_balancers", { id: "lb-1", name: "entry", tags: ["k8s:c-1"] });
    case "/v2/volumes":
      return list("volumes", { id: "volume-1", name: "pvc-1", tags: null });
    case "/v2/snapshots":
      return list("snapshots", { id: "snapshot-1", tags: ["k8s:c-1"] });
    case "/v2/domains/dev.example.com/records":
      return searchParams.get("name") === "alice-dev.dev.example.com"
        ? { domain_records: [{ id: 7, type: "A", name: "alice-dev", data: "192.0.2.1" }] }
        : { domain_records: [{ id: 8, type: "A", name: "bob-dev", data: "192.0.2.2" }] };
    default:
      throw new Error(`unexpected request ${path}`);
  }
}

function withAccount(work: (api: DigitalOcean) => Promise<void>): Promise<void> {
  return withServer(
    (request, response) =>
      response
        .setHeader("content-type", "application/json")
        .end(JSON.stringify(account(request.url ?? ""))),
    ({ url }) => work(new DigitalOcean({ origin: url, token: "t" })),
  );
}

describe("the receipt", () => {
  it("finds resources with the environment's or cluster's id on every page, and none with only the same name", async () => {
    await withAccount(async (api) => {
      const left = await leftovers(api, TRACE);
      expect(left.map(({ kind, id, name }) => [kind, id, name])).toEqual([
        ["clusters", "c-1", "alice-dev"],
        ["droplets", "17", "node-1"],
        ["load balancers", "lb-1", "entry"],
        ["volume snapshots", "snapshot-1", "snapshot-1"],
      ]);
    });
  });

  it("contains the command that removes each remaining resource", async () => {
    await withAccount(async (api) => {
      const left = await leftovers(api, TRACE);
      expect(left.map(({ removal }) => removal)).toEqual([
        "doctl kubernetes cluster delete c-1 --dangerous",
        "doctl compute droplet delete 17",
        "doctl compute load-balancer delete lb-1",
        "doctl compute snapshot delete snapshot-1",
      ]);
    });
  });

  it("finds remaining PersistentVolumes of its claims on a shared cluster", async () => {
    const name = "pvc-1";
    const kept = clusterWith({ [`/api/v1/persistentvolumes/${name}`]: { metadata: { name } } });
    const sharedNamespace = {
      clusterId: "c-9",
      namespace: "alice-dev",
      accountResources: [],
      boundVolumes: [name, "pvc-2"],
      objects: kept,
    };
    await withAccount(async (api) => {
      const trace = { clusterIds: [], strays: [], foreign: [], sharedNamespace };
      expect(await leftovers(api, trace)).toEqual([
        {
          kind: "persistent volumes",
          id: name,
          name,
          removal: "kubectl delete persistentvolume pvc-1",
        },
      ]);
    });
  });

  it("finds the records of its names, with the commands that remove them", async () => {
    await withAccount(async (api) => {
      const host = "alice-dev.dev.example.com";
      const left = await leftovers(api, {
        ...TRACE,
        hosts: [{ domain: "dev.example.com", host }],
      });
      expect(left.filter(({ kind }) => kind === "domain records")).toEqual([
        {
          kind: "domain records",
          id: "dev.example.com 7",
          name: `${host} A 192.0.2.1`,
          removal: "doctl compute domain records delete dev.example.com 7",
        },
      ]);
    });
  });

  it("fails when the account cannot be read", async () => {
    await withServer(
      (_, response) => response.writeHead(403).end(),
      async ({ url }) => {
        const api = new DigitalOcean({ origin: url, token: "t" });
        await expect(leftovers(api, TRACE)).rejects.toThrow(/403/);
      },
    );
  });
});
