import { EMPTY } from "./support/account";
import { DESTROY, MINUTES, UP } from "./support/commands";
import { World } from "./support/world";

// Claim: an environment can pull images of the account's own registry, by integration or with its own pull secret.

let world: World;
beforeAll(async () => {
  world = await World.start();
  await world.api.request("POST", "/v2/registries", {
    name: "acme",
    subscription_tier_slug: "basic",
    region: "fra1",
  });
}, MINUTES);
afterAll(() => world.close(), MINUTES);

async function up(stack: string, access: string): Promise<void> {
  await world.pulumiWell("stack", "init", stack);
  await world.pulumiWell("config", "set", "--path", "registry.access", access, "--stack", stack);
  await world.pulumiWell("config", "set", "--path", "registry.name", "acme", "--stack", stack);
  await world.pulumiWell(...UP, "--stack", stack);
}

async function expectGone(stack: string): Promise<void> {
  await world.pulumiWell(...DESTROY, "--stack", stack);
  expect(await world.api.holdings()).toEqual(EMPTY);
  expect(await world.resourcesOf(stack)).toEqual([]);
}

describe("registry access", () => {
  it(
    "integrates the cluster with the registry",
    async () => {
      await up("alice-dev", "integration");
      const id = await world.output("alice-dev", "clusterId");
      const { kubernetes_cluster: cluster } = await world.api.request<{
        kubernetes_cluster: { registry_enabled: boolean };
      }>("GET", `/v2/kubernetes/clusters/${id}`);
      expect(cluster.registry_enabled).toBe(true);
      await expectGone("alice-dev");
    },
    4 * MINUTES,
  );

  it(
    "puts a pull secret on the namespace's default ServiceAccount",
    async () => {
      await up("bob-dev", "pullSecret");
      const account = JSON.parse(
        await world.kubectl(
          "bob-dev",
          "-n",
          "bob-dev",
          "get",
          "serviceaccount",
          "default",
          "-o",
          "json",
        ),
      ) as { imagePullSecrets: unknown };
      expect(account.imagePullSecrets).toEqual([{ name: "registry" }]);
      const secret = JSON.parse(
        await world.kubectl("bob-dev", "-n", "bob-dev", "get", "secret", "registry", "-o", "json"),
      ) as { type: string; data: Record<string, string> };
      const credential = Buffer.from(secret.data[".dockerconfigjson"] ?? "", "base64").toString();
      expect(JSON.parse(credential)).toHaveProperty(["auths", "registry.digitalocean.com", "auth"]);
      expect(await world.pulumiWell("stack", "export", "--stack", "bob-dev")).not.toContain(
        credential,
      );
      await expectGone("bob-dev");
    },
    4 * MINUTES,
  );
});
