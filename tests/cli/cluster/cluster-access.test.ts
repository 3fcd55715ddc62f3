import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { parse } from "yaml";
import {
  kubeconfigOf,
  NoClusterError,
  openClusterOf,
  writeKubeconfigOf,
} from "../../../cli/cluster/cluster-access";
import { hasPlacement, placementInState } from "../../../cli/stacks/placement-in-state";
import type { StackRecord } from "../../../cli/stacks/record";
import { sourceOf } from "../../../cli/stacks/stacks";
import { withServer } from "../../helpers/local-server";
import { ClusterServer } from "../support/cluster-server";
import { recordOf } from "../support/records";
import {
  CLUSTER_URN,
  EMPTY_STATE,
  PROGRAM_KUBECONFIG,
  stateWithCluster,
  stateWithNamespace,
} from "../support/state";
import { Workplace } from "../support/workplace";

const LIVE = recordOf({
  hasResources: true,
  outputs: { clusterId: "c-1", namespace: "alices", kubeconfig: PROGRAM_KUBECONFIG },
});
/** As the first update leaves it that has failed: there are no outputs, but there is a state. */
const UNFINISHED = recordOf({ hasResources: true });

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
  place.env = { ...place.env, DIGITALOCEAN_TOKEN: "t" };
});
afterEach(() => place.remove());

const source = () => sourceOf(place.context());
const clustersIn = async (stack: string) => (await placementInState(source(), stack)).clusters;
const stateIs = (stdout: string) => place.pulumi.answer("stack export", { stdout });
const accessTo = (record: StackRecord) => kubeconfigOf(place.context(), record);

describe("the cluster in a stack's state", () => {
  it("is returned with its component's outputs", async () => {
    stateIs(stateWithCluster());
    expect(await clustersIn("alice-dev")).toEqual([
      { urn: CLUSTER_URN, id: "c-1", kubeconfig: PROGRAM_KUBECONFIG },
    ]);
    expect(place.pulumi.calls).toEqual([["stack", "export", "--stack", "alice-dev"]]);
  });

  it("has no kubeconfig before it runs", async () => {
    stateIs(stateWithCluster({ component: {} }));
    expect(await clustersIn("alice-dev")).toEqual([{ urn: CLUSTER_URN, id: "c-1" }]);
  });

  it("is not the replaced one that is pending deletion", async () => {
    stateIs(stateWithCluster({ withOld: true }));
    expect(await clustersIn("alice-dev")).toMatchObject([{ id: "c-1" }]);
  });

  it("is undefined in an empty state", async () => {
    stateIs(EMPTY_STATE);
    expect(await clustersIn("alice-dev")).toEqual([]);
  });
});

describe("whether a stack has a cluster", () => {
  it("is read with pulumi only when no update has succeeded", async () => {
    expect(await hasPlacement(source(), LIVE)).toBe(true);
    expect(await hasPlacement(source(), recordOf())).toBe(false);
    expect(await hasPlacement(source(), recordOf({ hasResources: true, fault: "no JSON" }))).toBe(
      false,
    );
    expect(place.pulumi.calls).toEqual([]);
    stateIs(stateWithCluster());
    expect(await hasPlacement(source(), UNFINISHED)).toBe(true);
    stateIs(EMPTY_STATE);
    expect(await hasPlacement(source(), UNFINISHED)).toBe(false);
  });
});

describe("access to an environment's cluster", () => {
  it("comes from the outputs of the last update, without pulumi", async () => {
    const { kubeconfig, namespace } = await accessTo(LIVE);
    expect(namespace).toBe("alices");
    expect(kubeconfig).toMatchObject({
      "current-context": "alice-dev",
      clusters: [
        {
          name: "alice-dev",
          cluster: { server: "https://127.0.0.1:31445", "certificate-authority-data": "Y2E=" },
        },
      ],
      users: [{ user: { exec: { args: [join(place.folder, "bin/exec-credential.js"), "c-1"] } } }],
    });
    expect(place.pulumi.calls).toEqual([]);
  });

  it("comes from the state until an update has succeeded", async () => {
    stateIs(stateWithCluster());
    const { kubeconfig, namespace } = await accessTo(UNFINISHED);
    expect(namespace).toBe("alice-dev");
    expect(kubeconfig.clusters).toEqual((await accessTo(LIVE)).kubeconfig.clusters);
  });

  it("works for a tenant with and without outputs", async () => {
    const tenant = { ...LIVE, outputs: { ...LIVE.outputs, placement: "namespace" } };
    expect(await accessTo(tenant)).toMatchObject({ clusterId: "c-1", isTenant: true });
    expect(await accessTo(LIVE)).toMatchObject({ isTenant: false });
    stateIs(stateWithNamespace());
    expect(await accessTo(UNFINISHED)).toMatchObject({ clusterId: "c-1", isTenant: true });
    stateIs(stateWithCluster());
    expect(await accessTo(UNFINISHED)).toMatchObject({ isTenant: false });
  });

  it.each([
    ["empty", recordOf(), EMPTY_STATE],
    ["incomplete", UNFINISHED, EMPTY_STATE],
    ["incomplete", UNFINISHED, stateWithCluster({ component: {} })],
  ])("is refused when it is %s and has no cluster", async (state, record, exported) => {
    stateIs(exported);
    const error: unknown = await accessTo(record).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NoClusterError);
    expect(error).toMatchObject({
      message: `"alice-dev" has no cluster: it is ${state}`,
      fix: "doks-env up alice-dev",
    });
  });

  it("is refused for a domain", async () => {
    stateIs(EMPTY_STATE);
    const domain = recordOf({ hasResources: true, outputs: { placement: "domain" } });
    await expect(accessTo(domain)).rejects.toMatchObject({
      message: '"alice-dev" has no cluster: it is a domain',
      fix: "doks-env list   # environments and shared clusters",
    });
  });

  it("reports that the state cannot be read, not that the cluster is missing", async () => {
    const damaged = recordOf({ hasResources: true, fault: "it is not valid JSON" });
    await expect(accessTo(damaged)).rejects.toThrow(
      'the state of "alice-dev" cannot be read: it is not valid JSON',
    );
  });

  it("requires a DigitalOcean token", async () => {
    place.env = { PATH: place.env.PATH };
    await expect(accessTo(LIVE)).rejects.toThrow("no DigitalOcean token is set");
  });

  it("does not start the exec plugin, and requests one credential for its lifetime", async () => {
    const server = await ClusterServer.start();
    server.set("/api/v1/nodes", { metadata: { name: "node-1" } });
    const { endpoint, certificateAuthorityData } = server.endpoint;
    const answer = {
      server: endpoint,
      certificate_authority_data: certificateAuthorityData,
      token: "cluster-token",
      expires_at: new Date(Date.now() + 3_600_000).toISOString(),
    };
    const answering = (response: ServerResponse) => response.end(JSON.stringify(answer));
    await withServer(
      (_, response) => answering(response),
      async ({ url, requests }) => {
        place.env = {
          ...place.env,
          DIGITALOCEAN_API_URL: url,
          XDG_CACHE_HOME: join(place.folder, "cache"),
        };
        const record = { ...LIVE, outputs: { ...LIVE.outputs, kubeconfig: server.kubeconfig } };
        for (let time = 0; time < 2; time++) {
          const { client, namespace } = await openClusterOf(place.context(), record);
          expect(namespace).toBe("alices");
          expect(await client.list("Node", namespace)).toMatchObject([
            { metadata: { name: "node-1" } },
          ]);
        }
        expect(requests.map(({ url: path }) => path)).toEqual([
          "/v2/kubernetes/clusters/c-1/credentials?expiry_seconds=3600",
        ]);
        expect(new Set(server.tokens)).toEqual(new Set(["Bearer cluster-token"]));
      },
    );
    server.close();
  });

  it("is written to the environment's folder, in one file for each role", async () => {
    for (const [role, file] of [
      [undefined, "kubeconfig.yaml"],
      ["developer", "kubeconfig-developer.yaml"],
    ] as const) {
      const written = await writeKubeconfigOf(place.context(), LIVE, role);
      expect(written).toEqual({
        file: join(place.folder, ".rendered/alice-dev", file),
        namespace: "alices",
        context: role === undefined ? "alice-dev" : "alice-dev-developer",
      });
      expect(parse(readFileSync(written.file, "utf8"))).toMatchObject({
        "current-context": written.context,
      });
    }
  });
});
