import { createApiClient } from "dots-wrapper";
import { clusterIdsTagged, countOf, holdings } from "../../../cli/services/receipt";
import { withServer } from "../../helpers/local-server";

const TAGS = ["project:shop", "stack:alice-dev"];

/** An account with something of alice's and something of bob's in every kind, over more than one page. */
function account(path: string): Record<string, unknown> {
  const { pathname, searchParams } = new URL(path, "http://localhost");
  const page = Number(searchParams.get("page"));
  const filler = page === 1 ? 200 : 0;
  const others = Array.from({ length: filler }, (_, index) => ({
    id: `bob-${index}`,
    name: `bob-${index}`,
    tags: ["k8s:c-2", "project:shop", "stack:bob-dev"],
  }));
  const ours = (name: string, tags: string[] | null) =>
    page === 2 ? [{ id: name, name, tags }] : [];
  switch (pathname) {
    case "/v2/kubernetes/clusters":
      return { kubernetes_clusters: [...others, ...ours("c-1", ["k8s", ...TAGS])] };
    case "/v2/droplets":
      return { droplets: [...others, ...ours("node-1", ["k8s:c-1"])] };
    case "/v2/load_balancers":
      return { load_balancers: [...others, ...ours("lb-1", ["k8s:c-1"])] };
    case "/v2/volumes":
      return { volumes: [...others, ...ours("volume-1", null)] };
    case "/v2/snapshots":
      return { snapshots: [...others, ...ours("snapshot-1", ["k8s:c-1"])] };
    default:
      throw new Error(`unexpected request ${path}`);
  }
}

describe("receipt", () => {
  it("finds what is tagged as the environment's or its cluster's, on every page, and nothing else", async () => {
    await withServer(
      (request, response) =>
        response
          .setHeader("content-type", "application/json")
          .end(JSON.stringify(account(request.url ?? ""))),
      async ({ url }) => {
        const client = createApiClient({ token: "t", endpoint: `${url}/v2` });
        expect(await clusterIdsTagged(client, TAGS)).toEqual(["c-1"]);
        const found = await holdings(client, { tags: TAGS, clusterIds: ["c-1"] });
        expect(found).toEqual({
          clusters: ["c-1"],
          droplets: ["node-1"],
          "load balancers": ["lb-1"],
          volumes: [],
          "volume snapshots": ["snapshot-1"],
        });
        expect(countOf(found)).toBe(4);
      },
    );
  });

  it("fails when the account cannot be read: an unread account is not an empty one", async () => {
    await withServer(
      (_, response) => response.writeHead(500).end(),
      async ({ url }) => {
        const client = createApiClient({ token: "t", endpoint: `${url}/v2` });
        await expect(holdings(client, { tags: TAGS, clusterIds: [] })).rejects.toThrow(/500/);
      },
    );
  });
});
