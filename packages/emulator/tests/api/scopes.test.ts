import { readFileSync } from "node:fs";
import { join } from "node:path";
import { accountRoutes } from "../../api/routes";
import { scopesOf } from "../../api/scopes";
import { OpenApi } from "./support/openapi";
import { clusterRequest, type ErrorBody, TestEmulator } from "./support/test-emulator";

/** Path of DigitalOcean's OpenAPI description. */
const description = process.env.DIGITALOCEAN_OPENAPI;
const testDescription = description ? test : test.skip;
const reason = description ? "" : " (skipped: DIGITALOCEAN_OPENAPI is not set)";

const CLUSTERS = "/v2/kubernetes/clusters";

let emulator: TestEmulator;

beforeEach(async () => {
  emulator = await TestEmulator.start();
});
afterEach(() => emulator.close());

async function tokenWith(...scopes: string[]): Promise<string> {
  const { body } = await emulator.call<{ token: string }>("POST", "/_emulator/tokens", { scopes });
  return body.token;
}

async function statusWith(token: string, method: string, path: string, body?: object) {
  return (await emulator.call(method, path, body, token)).status;
}

test("a token does what its scopes allow, and no more", async () => {
  const token = await tokenWith("kubernetes:read", "kubernetes:create");

  expect(await statusWith(token, "GET", CLUSTERS)).toBe(200);
  expect(await statusWith(token, "POST", CLUSTERS, clusterRequest())).toBe(201);
  const refused = await emulator.call<ErrorBody>("GET", "/v2/account", undefined, token);
  expect(refused.status).toBe(403);
  expect(refused.body).toEqual({
    id: "forbidden",
    message: "You are not authorized to perform this operation",
    request_id: refused.headers.get("x-request-id"),
  });
});

test("a refused request has no effect", async () => {
  const { id } = await emulator.createCluster();
  const token = await tokenWith("kubernetes:read");

  expect(await statusWith(token, "DELETE", `${CLUSTERS}/${id}`)).toBe(403);
  expect((await emulator.cluster(id)).status.state).toBe("running");
});

test("reading clusters does not allow access to them", async () => {
  const { id } = await emulator.createCluster();
  const credentials = `${CLUSTERS}/${id}/credentials`;

  expect(await statusWith(await tokenWith("kubernetes:read"), "GET", credentials)).toBe(403);
  const access = await tokenWith("kubernetes:access_cluster");
  expect(await statusWith(access, "GET", credentials)).toBe(200);
});

test("where several scopes are needed, each of them is", async () => {
  expect(await statusWith(await tokenWith("sizes:read"), "GET", "/v2/sizes")).toBe(403);
  const both = await tokenWith("sizes:read", "regions:read");
  expect(await statusWith(both, "GET", "/v2/sizes")).toBe(200);
});

test("the emulator's own routes take the token with full access only", async () => {
  const token = await tokenWith("account:read");

  expect(await statusWith(token, "POST", "/_emulator/tokens", { scopes: ["a:b"] })).toBe(403);
  expect(await statusWith(token, "GET", "/_emulator/requests")).toBe(403);
});

test("each token has its own rate limit", async () => {
  const token = await tokenWith("account:read");
  await Promise.all(Array.from({ length: 250 }, () => emulator.get("/v2/account")));

  expect((await emulator.get("/v2/account")).status).toBe(429);
  expect(await statusWith(token, "GET", "/v2/account")).toBe(200);
});

test("a token survives a restart, and only its hash is stored", async () => {
  const token = await tokenWith("account:read");

  await emulator.restart();

  expect(await statusWith(token, "GET", "/v2/account")).toBe(200);
  expect(await statusWith(token, "GET", CLUSTERS)).toBe(403);
  const state = readFileSync(join(emulator.stateDirectory, "account.json"), "utf8");
  expect(state).toContain("apiTokens");
  expect(state).not.toContain(token);
});

test.each([[[]], [["kubernetes"]], [["kubernetes read"]]])(
  "the scopes %j are refused",
  async (scopes) => {
    const { status } = await emulator.call("POST", "/_emulator/tokens", { scopes });

    expect(status).toBe(422);
  },
);

test("every route has its scopes", () => {
  for (const { method, path } of accountRoutes(emulator.account)) {
    expect(scopesOf(method, path)).not.toEqual([]);
  }
});

testDescription(`scopes are those of DigitalOcean's OpenAPI${reason}`, () => {
  const openApi = new OpenApi(description ?? "");
  const routes = accountRoutes(emulator.account).filter(({ path }) => openApi.describes(path));
  const operation = (method: string, path: string) => `${method} ${path}`;

  const described = routes.map(({ method, path }) => [
    operation(method, path),
    openApi.scopes(method, path),
  ]);

  const known = routes.map(({ method, path }) => [operation(method, path), scopesOf(method, path)]);
  expect(Object.fromEntries(known)).toEqual(Object.fromEntries(described));
});
