import { accountRoutes } from "../../api/routes";
import { type ContractCall, contractCases, oneRegistryCases } from "./support/contract-cases";
import { ContractWorld } from "./support/contract-world";
import { OpenApi } from "./support/openapi";
import type { Answer } from "./support/test-emulator";

/** Path of DigitalOcean's OpenAPI description. */
const description = process.env.DIGITALOCEAN_OPENAPI;
const openApi = description ? new OpenApi(description) : undefined;
const describeContract = openApi ? describe : describe.skip;
const contract = `answers are as DigitalOcean's OpenAPI describes them${
  openApi ? "" : " (skipped: DIGITALOCEAN_OPENAPI is not set)"
}`;

let world: ContractWorld;

beforeAll(async () => {
  world = await ContractWorld.create();
});
afterAll(() => world.emulator.close());

function faults(operation: string, { status, headers, body }: Answer<unknown>): string[] {
  return openApi?.faults(operation, status, headers.get("content-type"), body) ?? [];
}

test("every implemented route has a contract check, and every check a route", () => {
  const routes = accountRoutes(world.emulator.account).map(
    ({ method, path }) => `${method} ${path}`,
  );
  const checks = [...Object.keys(contractCases), ...Object.keys(oneRegistryCases)];

  expect(checks.sort()).toEqual(routes.sort());
});

describeContract(contract, () => {
  const expectContract = async (operation: string, call: ContractCall) => {
    const answer = await call(world);

    expect(faults(operation, answer)).toEqual([]);
    expect(answer.status).toBeLessThan(300);
    expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get("ratelimit-limit")).toBe("5000");
    // The limit of 250 requests a minute is not what is tested here.
    world.emulator.clock.advance(1000);
  };

  test.each(Object.entries(oneRegistryCases))("%s", async (operation, call) => {
    await expectContract(operation, call);
  });

  describe("with several registries", () => {
    beforeAll(() => world.addRegistry());

    test.each(Object.entries(contractCases))("%s", async (operation, call) => {
      await expectContract(operation, call);
    });
  });

  test.each([
    ["GET /v2/kubernetes/clusters/{cluster_id}", 404, "/v2/kubernetes/clusters/none"],
    ["GET /v2/volumes/{volume_id}", 404, "/v2/volumes/none"],
    ["GET /v2/load_balancers/{lb_id}", 404, "/v2/load_balancers/none"],
    ["GET /v2/registries/{registry_name}", 404, "/v2/registries/none"],
    [
      "GET /v2/registries/{registry_name}/repositories/{repository_name}/tags",
      404,
      "/v2/registries/team/repositories/none/tags",
    ],
  ])("%s answers %i with an error body", async (operation, status, path) => {
    const answer = await world.call("GET", path);

    expect(answer.status).toBe(status);
    expect(faults(operation, answer)).toEqual([]);
  });
});
