import * as pulumi from "@pulumi/pulumi";
import {
  credentialSeconds,
  RegistryAccess,
  requireRegistry,
} from "../../components/registry-access";
import { withServer } from "../helpers/local-server";
import { lines, only, promiseOf, Recording } from "../helpers/record-mocks";

/** In seconds. */
const DAY = 86_400;
const CREDENTIALS =
  "digitalocean:index/containerRegistryDockerCredentials:ContainerRegistryDockerCredentials";

describe("RegistryAccess", () => {
  it("declares nothing for public images", async () => {
    const recording = await Recording.start();
    const { integration, dockerConfigJson } = new RegistryAccess("registry", { access: "none" });
    expect([integration, dockerConfigJson]).toEqual([false, undefined]);
    expect(lines(await recording.resources())).toEqual([
      "ephemeral-doks:components:RegistryAccess registry",
    ]);
  });

  it("requests the cluster's integration, which does not need a credential", async () => {
    const recording = await Recording.start();
    const { integration } = new RegistryAccess("registry", {
      access: "integration",
      registryName: "acme",
    });
    expect(integration).toBe(true);
    expect(await recording.resources()).toHaveLength(1);
  });

  it("creates a read-only, expiring credential for a pull secret, and keeps it secret", async () => {
    const recording = await Recording.start({
      computed: { [CREDENTIALS]: () => ({ dockerCredentials: '{"auths":{}}' }) },
    });
    const { integration, dockerConfigJson } = new RegistryAccess("registry", {
      access: "pullSecret",
      registryName: "acme",
      lifetimeSeconds: 7 * DAY,
    });
    if (dockerConfigJson === undefined) {
      throw new Error("no pull secret");
    }
    expect(integration).toBe(false);
    expect(await promiseOf(dockerConfigJson)).toBe('{"auths":{}}');
    expect(await pulumi.isSecret(dockerConfigJson)).toBe(true);
    expect(only(await recording.resources(), CREDENTIALS)).toMatchObject({
      parent: "registry",
      inputs: { registryName: "acme", write: false, expirySeconds: expect.any(Number) },
      options: { retainOnDelete: true },
    });
  });
});

describe("the lifetime of a pull secret's credential", () => {
  const at = (date: string) => credentialSeconds(7 * DAY, new Date(date));

  it("is the environment's lifetime and a day, minus some minutes", () => {
    for (const date of ["2026-11-30", "2030-01-01", "2040-06-06"]) {
      expect(at(date)).toBeGreaterThanOrEqual(8 * DAY);
      expect(at(date)).toBeLessThan(8 * DAY + 1000);
    }
  });

  it("changes after half of it, so that an update renews the credential", () => {
    const days = Array.from({ length: 365 }, (_, n) => at(new Date(n * DAY * 1000).toISOString()));
    days.forEach((seconds, day) => {
      const since = days.indexOf(seconds);
      expect(day - since).toBeLessThan(4);
    });
    expect(new Set(days).size).toBe(92);
  });
});

const ACME = { access: "integration", registryName: "acme" } as const;

describe("requireRegistry", () => {
  it("sends no request without a registry", async () => {
    const nowhere = { origin: "http://127.0.0.1:1", token: "t" };
    await expect(requireRegistry({ access: "none" }, nowhere)).resolves.toBeUndefined();
  });

  const withRegistries = (
    names: string[],
    use: (access: { origin: string; token: string }) => Promise<void>,
  ) =>
    withServer(
      (request, response) => {
        const known =
          request.url === "/v2/registries" && request.headers.authorization === "Bearer t";
        response.writeHead(known ? 200 : 401);
        response.end(JSON.stringify(known ? { registries: names.map((name) => ({ name })) } : {}));
      },
      ({ url }) => use({ origin: url, token: "t" }),
    );

  it("passes when the account has the registry", async () => {
    await withRegistries(["other", "acme"], async (access) => {
      await expect(requireRegistry(ACME, access)).resolves.toBeUndefined();
    });
  });

  it("fails when the account has none, with the command that creates one", async () => {
    await withRegistries([], async (access) => {
      await expect(requireRegistry(ACME, access)).rejects.toThrow(
        /no container registry named "acme"; it has none\n {2}fix: doctl registry create acme/,
      );
    });
  });

  it("fails when the account has others, with their names", async () => {
    await withRegistries(["other", "acme"], async (access) => {
      await expect(requireRegistry({ ...ACME, registryName: "acne" }, access)).rejects.toThrow(
        /it has other, acme\n {2}fix: pulumi config set --stack \S+ --path registry.name acme/,
      );
    });
  });

  it("fails with the API's error", async () => {
    await withRegistries(["acme"], async ({ origin }) => {
      await expect(requireRegistry(ACME, { origin, token: "wrong" })).rejects.toThrow(
        /^the account's container registries cannot be read: DigitalOcean answered GET \/v2\/registries with 401/,
      );
    });
  });
});
