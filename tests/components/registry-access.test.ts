import * as pulumi from "@pulumi/pulumi";
import { RegistryAccess, requireRegistry } from "../../components/registry-access";
import { lines, only, promiseOf, Recording } from "../helpers/record-mocks";

const CREDENTIALS =
  "digitalocean:index/containerRegistryDockerCredentials:ContainerRegistryDockerCredentials";
const GET_REGISTRY = "digitalocean:index/getContainerRegistry:getContainerRegistry";

/** A failed call as gRPC, and so the engine, hands it over. */
const refusal = (details: string) => Object.assign(new Error(details), { details });

describe("RegistryAccess", () => {
  it("declares nothing for public images", async () => {
    const recording = await Recording.start();
    const { integration, dockerConfigJson } = new RegistryAccess("registry", { access: "none" });
    expect([integration, dockerConfigJson]).toEqual([false, undefined]);
    expect(lines(await recording.resources())).toEqual([
      "ephemeral-doks:components:RegistryAccess registry",
    ]);
  });

  it("asks for the cluster's integration, which needs no credential", async () => {
    const recording = await Recording.start();
    const { integration } = new RegistryAccess("registry", {
      access: "integration",
      registryName: "acme",
    });
    expect(integration).toBe(true);
    expect(await recording.resources()).toHaveLength(1);
  });

  it("makes a read-only credential of limited life for a pull secret, and keeps it secret", async () => {
    const recording = await Recording.start({
      computed: { [CREDENTIALS]: () => ({ dockerCredentials: '{"auths":{}}' }) },
    });
    const { integration, dockerConfigJson } = new RegistryAccess("registry", {
      access: "pullSecret",
      registryName: "acme",
    });
    if (dockerConfigJson === undefined) {
      throw new Error("no pull secret");
    }
    expect(integration).toBe(false);
    expect(await promiseOf(dockerConfigJson)).toBe('{"auths":{}}');
    expect(await pulumi.isSecret(dockerConfigJson)).toBe(true);
    expect(only(await recording.resources(), CREDENTIALS)).toMatchObject({
      parent: "registry",
      inputs: { registryName: "acme", write: false, expirySeconds: 2_592_000 },
      options: { retainOnDelete: true },
    });
  });
});

describe("requireRegistry", () => {
  it("passes when the account has the registry", async () => {
    const asked = jest.fn(() => ({ name: "acme" }));
    await Recording.start({ answers: { [GET_REGISTRY]: asked } });
    await requireRegistry("acme");
    expect(asked).toHaveBeenCalledWith({ name: "acme" });
  });

  it("fails when it has not, with what to do", async () => {
    await Recording.start({
      answers: {
        [GET_REGISTRY]: () => {
          throw refusal('GET https://api/v2/registries/acme: 404 (request "x") not found');
        },
      },
    });
    await expect(requireRegistry("acme")).rejects.toThrow(
      /no container registry named "acme"\n {2}fix: .*doctl registry list/,
    );
  });

  it("fails with the API's own words when that is not the reason", async () => {
    await Recording.start({
      answers: {
        [GET_REGISTRY]: () => {
          throw refusal("401 Unable to authenticate you");
        },
      },
    });
    await expect(requireRegistry("acme")).rejects.toThrow(/401 Unable to authenticate you/);
  });
});
