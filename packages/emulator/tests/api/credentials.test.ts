import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { TestEmulator } from "./support/test-emulator";
import type { ClusterBody } from "./support/wire-types";

interface CredentialsBody {
  readonly server: string;
  readonly certificate_authority_data: string;
  readonly token: string;
  readonly expires_at: string;
}

const DAY = 24 * 3600;
let emulator: TestEmulator;
let cluster: ClusterBody;
let path: string;

beforeEach(async () => {
  emulator = await TestEmulator.start();
  cluster = await emulator.createCluster();
  path = `/v2/kubernetes/clusters/${cluster.id}`;
});
afterEach(() => emulator.close());

async function credentials(query = ""): Promise<CredentialsBody> {
  return (await emulator.get<CredentialsBody>(`${path}/credentials${query}`)).body;
}

const identify = (token: string, clusterId = cluster.id) =>
  emulator.controlPlanes.cloud.authenticate(clusterId, token);

const advance = (seconds: number) =>
  emulator.call("POST", "/_emulator/clock", { advanceSeconds: seconds });

test("each call creates another token, which the cluster accepts", async () => {
  const [first, second] = [await credentials(), await credentials()];

  expect(first.token).not.toBe(second.token);
  expect(first.server).toBe(cluster.endpoint);
  for (const { token } of [first, second]) {
    expect(identify(token)).toEqual({
      username: "developer@example.com",
      uid: expect.any(String),
      groups: ["k8saas:authenticated"],
    });
  }
});

test.each([
  ["", 7 * DAY],
  ["?expiry_seconds=0", 7 * DAY],
  ["?expiry_seconds=600", 600],
])("with the query %j a token lives %i seconds of the account's clock", async (query, life) => {
  const { token, expires_at } = await credentials(query);
  const left = (Date.parse(expires_at) - Date.now()) / 1000;
  expect(Math.abs(left - life)).toBeLessThan(10);

  await advance(life - 10);
  expect(identify(token)).toBeDefined();

  await advance(20);
  expect(identify(token)).toBeUndefined();
});

test("a token is valid for its own cluster while that exists", async () => {
  const { token } = await credentials();
  const other = await emulator.createCluster({ name: "other" });
  expect(identify(token, other.id)).toBeUndefined();

  await emulator.call("DELETE", path);

  expect(identify(token)).toBeUndefined();
});

test("unknown tokens have no user", () => {
  expect(identify(emulator.token)).toBeUndefined();
  expect(identify("")).toBeUndefined();
});

test("only a token's hash is stored", async () => {
  const { token } = await credentials();

  const state = readFileSync(join(emulator.stateDirectory, "account.json"), "utf8");

  expect(state).toContain("clusterTokens");
  expect(state).not.toContain(token);
});

test("the kubeconfig has DigitalOcean's names and a token that works", async () => {
  const answer = await emulator.get(`${path}/kubeconfig`);
  const kubeconfig = parse(answer.text) as {
    "current-context": string;
    clusters: [{ name: string; cluster: { server: string } }];
    users: [{ name: string; user: { token: string } }];
  };

  expect(answer.headers.get("content-type")).toBe("application/yaml");
  expect(kubeconfig["current-context"]).toBe("do-fra1-blue");
  expect(kubeconfig.clusters[0].cluster.server).toBe(cluster.endpoint);
  expect(kubeconfig.users[0].name).toBe("do-fra1-blue-admin");
  expect(identify(kubeconfig.users[0].user.token)).toBeDefined();
});

test("credentials do not exist before the control plane is up", async () => {
  emulator.controlPlanes.failure = "no memory";
  const { body } = await emulator.call<{ kubernetes_cluster: ClusterBody }>(
    "POST",
    "/v2/kubernetes/clusters",
    {
      name: "x",
      region: "fra1",
      version: "1.35",
      node_pools: [{ name: "p", size: "c-2", count: 1 }],
    },
  );

  const of = `/v2/kubernetes/clusters/${body.kubernetes_cluster.id}`;

  expect((await emulator.get(`${of}/credentials`)).status).toBe(404);
  expect((await emulator.get(`${of}/kubeconfig`)).status).toBe(404);
});

test("a lifetime that is not a number is refused", async () => {
  expect((await emulator.get(`${path}/credentials?expiry_seconds=-1`)).status).toBe(400);
});
